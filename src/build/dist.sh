#!/bin/bash
# dist.sh DIST EPOCH: puts the distribution together from what Maven built. The same commit gives the same bytes:
# every file gets the commit's time (EPOCH), and the caches are made of lists of classes that the commit holds
# (`make train` writes them). The caches hold the sizes and times of jars and runtime, so nothing is touched after them.
set -euo pipefail
dist=$1 epoch=$2
classes=src/main/dist/classes
java_home=${JAVA_HOME:?}

# What the agent and the commands load, and jcmd and jfr to look into a running agent.
modules=java.base,java.logging,java.management,java.naming,java.net.http,java.xml,jdk.unsupported,jdk.management
modules+=,jdk.jcmd,jdk.attach,jdk.jfr

runtime() { # once per JDK
  local made=target/runtime
  if ! cmp -s "$java_home/release" target/runtime.of; then
    rm -rf $made
    # Not compressed: what is mapped is read as it is, and the packages are compressed anyway.
    "$java_home/bin/jlink" --add-modules $modules --strip-debug --no-header-files --no-man-pages \
      --compress zip-0 --vm server --output $made
    cp "$java_home/release" target/runtime.of
  fi
  cp -a $made "$dist/runtime"
}

# picocli as published is bytecode of Java 5, which a cache of classes does not take; the same source, compiled anew, it does.
picocli() {
  local jar=$1 sources=(target/picocli/picocli-*-sources.jar) made=target/picocli/picocli.jar
  if [ ! -e $made ] || [ "${sources[0]}" -nt $made ]; then
    rm -rf target/picocli/src target/picocli/classes
    mkdir -p target/picocli/src target/picocli/classes
    (cd target/picocli/src && "$java_home/bin/jar" --extract --file "../${sources[0]##*/}")
    "$java_home/bin/javac" -J-XX:TieredStopAtLevel=1 -nowarn -proc:none --release 25 -d target/picocli/classes \
      target/picocli/src/picocli/CommandLine.java target/picocli/src/picocli/AutoComplete.java
    "$java_home/bin/jar" --create --date=2026-01-01T00:00:00Z --file $made -C target/picocli/classes .
  fi
  cp $made "$jar"
}

# What the commands need that talk to a running agent or read files, and nothing else: see bin/holdfast.
client() {
  local jar paths=
  for jar in "${shared[@]}"; do
    paths+=" ${jar#"$dist/lib/"}"
  done
  # A line of a manifest has 72 bytes at most; jar breaks it.
  printf 'Class-Path:%s\n' "$paths" >target/client.mf
  "$java_home/bin/jar" --create --date=2026-01-01T00:00:00Z --manifest target/client.mf --file "$dist/lib/client.jar"
}

# All else that the agent needs becomes one jar. Quarkus looks for its own file three folders above it.
agent() {
  local app=$dist/lib/app jar
  "$java_home/bin/java" -XX:TieredStopAtLevel=1 src/build/OneJar.java "$app/quarkus-run.jar" "$app/lib/main/agent.jar" "${shared[@]}"
  for jar in "$app"/quarkus-run.jar "$app"/quarkus/*.jar "$app"/lib/boot/*.jar "$app"/lib/main/*.jar; do
    [[ " $app/lib/main/agent.jar ${shared[*]} " = *" $jar "* ]] || rm "$jar"
  done
  rmdir "$app/lib/boot"
  native
}

# What Netty would write to /tmp at each start and load from there, which servers forbid that mount /tmp noexec.
native() {
  local machine library
  machine=$(uname -m)
  library=META-INF/native/libnetty_transport_native_epoll_${machine/aarch64/aarch_64}.so
  (cd target && "$java_home/bin/jar" --extract --file "$OLDPWD/$dist/lib/app/lib/main/agent.jar" "$library")
  install -D -m 644 "target/$library" "$dist/lib/native/${library##*/}"
}

# A big young generation and no compiler: without a collection or another thread in between, the order of all things is
# that of the list. bin/holdfast says why the jars go by this name.
dump() { # dump NAME FILE
  local log=target/$1-cache.log options=agent jar=app/lib/main/agent.jar
  [ "$1" = agent ] || options=cli jar=client.jar
  "$dist/runtime/bin/java" "@$dist/lib/$options.jvmopts" -Xmx512m -Xmn300m -Xint -Xshare:dump -XX:+AOTClassLinking \
    "-XX:SharedClassListFile=target/$1.classes" "-XX:SharedArchiveFile=$2" \
    -cp "/proc/self/fd/9/lib/$jar" 9<"$dist" >"$log" 2>&1 || { tail -5 "$log" >&2; exit 1; }
}

# On a busy machine a dump may have come out in another order: what two of them agree on is taken.
cache() { # cache NAME
  local made=$dist/lib/$1.jsa try other
  [ -e "$classes/$1.gz" ] || return 0
  gzip -dc "$classes/$1.gz" >"target/$1.classes"
  rm -f target/"$1".jsa.*
  for try in 1 2 3 4 5; do
    dump "$1" "target/$1.jsa.$try"
    for other in $(seq 1 $((try - 1))); do
      if "$java_home/bin/java" -XX:TieredStopAtLevel=1 -Xmx512m src/build/TimelessCache.java "target/$1.jsa.$other" "target/$1.jsa.$try" "$made"; then
        rm -f target/"$1".jsa.*
        return 0
      fi
    done
  done
  mv "target/$1.jsa.1" "$made"
  rm -f target/"$1".jsa.*
  echo "the cache $1 is not the same in any two of five dumps: it works, and this build is not reproducible" >&2
}

# The manual and what completes in shells, where Debian looks for them below /usr.
papers() {
  local share=$dist/share version
  version=$(sed -n 's:^  <version>\(.*\)</version>$:\1:p' pom.xml)
  mkdir -p "$share/bash-completion/completions" "$share/zsh/vendor-completions" "$share/fish/vendor_completions.d"
  "$dist/bin/holdfast" man-pages "$share/man/man8" --of "$version" --date "$(date -u -d "@$epoch" +%Y-%m-%d)"
  "$dist/bin/holdfast" completion bash >"$share/bash-completion/completions/holdfast"
  "$dist/bin/holdfast" completion zsh >"$share/zsh/vendor-completions/_holdfast"
  "$dist/bin/holdfast" completion fish >"$share/fish/vendor_completions.d/holdfast.fish"
}

rm -rf "$dist"
mkdir -p "$dist/bin" "$dist/lib" "$dist/deploy"
runtime
cp -a target/quarkus-app "$dist/lib/app"
rm -f "$dist/lib/app/quarkus-app-dependencies.txt"
picocli "$dist"/lib/app/lib/main/info.picocli.picocli-*.jar
shared=("$dist"/lib/app/app/holdfast-*.jar
  "$dist"/lib/app/lib/main/{info.picocli.picocli,com.fasterxml.jackson.core.jackson,org.snakeyaml,org.semver4j,com.google.re2j}*.jar)
client
agent
cp src/main/dist/lib/*.jvmopts "$dist/lib/"
cp -r LICENSE README.md agent.yaml.example docs "$dist/"
cp -r deploy/. "$dist/deploy/"
rm -rf "$dist/deploy/demo"
[ -e target/bom.json ] || { echo 'could not add the bill of materials because Maven makes it online only; build once without -o' >&2; exit 1; }
cp target/bom.json "$dist/sbom.cdx.json"
install -m 755 src/main/dist/bin/holdfast "$dist/bin/holdfast"
papers
chmod -R u=rwX,go=rX "$dist"
find "$dist" -exec touch -h -d "@$epoch" {} +
cache agent
cache client
chmod 644 "$dist"/lib/*.jsa 2>/dev/null || true
find "$dist" -newermt "@$epoch" -exec touch -h -d "@$epoch" {} +
