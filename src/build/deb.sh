#!/bin/bash
# deb.sh DIST DEB VERSION ARCH EPOCH: the Debian package of a distribution. dpkg-deb and not a Java tool, as the times
# of files must stay what they are: the caches of classes hold those of the jars. The same commit gives the same bytes.
set -euo pipefail
dist=$1 deb=$2 version=$3 arch=$4 epoch=$5
root=target/deb
papers=src/main/deb
command -v dpkg-deb >/dev/null || { echo 'could not build a package because there is no dpkg-deb; on Debian or Ubuntu: apt-get install dpkg' >&2; exit 1; }

rm -rf $root
mkdir -p $root/DEBIAN $root/etc/holdfast $root/usr/bin $root/usr/lib/holdfast $root/lib/systemd/system \
  $root/usr/share/doc/holdfast/examples
cp -a "$dist/bin" "$dist/lib" "$dist/runtime" $root/usr/lib/holdfast/
cp -r "$dist/share" $root/usr/
gzip -9n $root/usr/share/man/man8/*
ln -s ../lib/holdfast/bin/holdfast $root/usr/bin/holdfast
sed -e 's#/opt/holdfast/bin/holdfast#/usr/bin/holdfast#' -e 's#/opt/holdfast/#/usr/share/doc/holdfast/#' \
  "$dist/deploy/systemd/holdfast.service" >$root/lib/systemd/system/holdfast.service
cp $papers/agent.yaml $root/etc/holdfast/agent.yaml
doc=$root/usr/share/doc/holdfast
cp -r "$dist/README.md" "$dist/docs" "$dist/sbom.cdx.json" $doc/
cp "$dist/agent.yaml.example" $doc/examples/agent.yaml
cp -r "$dist/deploy/." $doc/examples/
rm -r $doc/examples/systemd
ln -s examples $doc/deploy # as the pages call it
{
  echo 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/'
  echo 'Upstream-Name: holdfast'
  echo
  echo 'Files: *'
  echo 'Copyright: The Holdfast authors, and those of the parts that sbom.cdx.json names'
  echo 'License: Apache-2.0'
  echo ' On Debian systems the text is in /usr/share/common-licenses/Apache-2.0.'
  echo
  echo 'Files: usr/lib/holdfast/runtime/*'
  echo 'Copyright: Oracle and/or its affiliates, and others (OpenJDK)'
  echo 'License: GPL-2 with Classpath exception'
  echo ' See usr/lib/holdfast/runtime/legal.'
} >$doc/copyright
printf 'holdfast (%s) stable; urgency=medium\n\n  * This version: README.md and docs beside this file.\n\n -- The Holdfast authors <holdfast@example.org>  %s\n' \
  "$version" "$(LC_ALL=C date -u -R -d "@$epoch")" | gzip -9n >$doc/changelog.gz

size=$(find $root -type f -printf '%s\n' | awk '{ kib += int(($1 + 1023) / 1024) } END { print kib }')
sed -e "s/@VERSION@/$version/" -e "s/@ARCH@/$arch/" -e "s/@SIZE@/$size/" $papers/control >$root/DEBIAN/control
echo /etc/holdfast/agent.yaml >$root/DEBIAN/conffiles
for script in postinst prerm postrm; do install -m 755 $papers/$script $root/DEBIAN/$script; done
(cd $root && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) >$root/DEBIAN/md5sums

chmod -R u=rwX,go=rX $root
chmod 750 $root/etc/holdfast
find $root -exec touch -h -d "@$epoch" {} +
# One thread, as several cut the data elsewhere.
SOURCE_DATE_EPOCH=$epoch dpkg-deb --root-owner-group --threads-max=1 -Zxz -z1 -b $root "$deb" >/dev/null
rm -rf $root
echo "built $deb, $(du -h "$deb" | cut -f1)"
