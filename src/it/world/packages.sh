#!/bin/bash
# packages.sh [engine]: installs from Debian's or Ubuntu's own packages what `make it` needs and is not there;
# `engine` only what a Docker engine of one's own needs. HOLDFAST_INSTALLED=FILE: the names of all packages that
# this call added to the machine are appended there.
# Looks first: with everything in place it takes milliseconds, asks for no root and prints nothing.
# Daemons that packages bring are not started (policy-rc.d), no Postgres cluster is made.
set -euo pipefail
PATH=$PATH:/usr/local/sbin:/usr/sbin:/sbin

want=()
need() { # need PACKAGE test...
  local package=$1; shift
  "$@" >/dev/null 2>&1 || want+=("$package")
}
have() { command -v "$1"; }
static_busybox() { [ -x /bin/busybox ] && /bin/busybox --list | grep -x httpd && ! ldd /bin/busybox; }
postgres_server() { compgen -G '/usr/lib/postgresql/*/bin/postgres'; }
c_headers() { [ -e /usr/include/stdlib.h ]; }

need docker.io have dockerd
need iptables have iptables
need iproute2 have ip
need util-linux have setsid
need curl have curl
if [ "${1:-}" != engine ]; then
  need docker-registry have docker-registry
  need docker-compose have docker-compose # 1.29, the oracle of what a Compose file makes
  need busybox-static static_busybox
  need postgresql postgres_server
  need pgbouncer have pgbouncer # migrations through a pooler, and past it
  need redis-server have redis-server
  need mariadb-server test -x /usr/sbin/mariadbd
  need apache2-utils have htpasswd
  need lighttpd have lighttpd
  need nginx-light have nginx
  need haproxy have haproxy
  need caddy have caddy
  need chromium have chromium # the page is looked at in it
  need docker-compose have docker-compose
  need openssh-server have sshd
  need openssh-client have ssh-keygen
  need git have git
  need procps have ps
  need jq have jq
  need openssl have openssl
  need ca-certificates test -s /etc/ssl/certs/ca-certificates.crt
  need gcc have gcc
  need libc6-dev c_headers
  need systemd-container have systemd-nspawn # boots the systemd that the package is installed on
  need dbus have dbus-daemon
  need prometheus have promtool
  need zsh have zsh
  need fish have fish
  need mandoc have mandoc
fi
[ ${#want[@]} -gt 0 ] || have docker >/dev/null 2>&1 || want+=(docker.io)
if [ ${#want[@]} -eq 0 ]; then exit 0; fi

if [ ! -x /usr/bin/apt-get ]; then
  echo "packages.sh: these are missing: ${want[*]}. This is not Debian or Ubuntu: install them by hand." >&2; exit 1
fi
if [ "$(id -u)" != 0 ]; then
  echo "packages.sh: these packages are missing: ${want[*]}. Run as root, or: sudo apt-get install ${want[*]}" >&2; exit 1
fi

log=$(mktemp "${TMPDIR:-/tmp}/holdfast-packages.XXXXXX")
policy=/usr/sbin/policy-rc.d; made_policy=
finish() { if [ -n "$made_policy" ]; then rm -f $policy; fi; rm -f "$log"; }
trap finish EXIT
if [ ! -e $policy ]; then # Debian's own way to say: install, but start nothing
  printf '#!/bin/sh\nexit 101\n' >$policy; chmod 755 $policy; made_policy=yes
fi
export DEBIAN_FRONTEND=noninteractive NEEDRESTART_SUSPEND=1 LC_ALL=C.UTF-8
apt() { apt-get -qq -o DPkg::Lock::Timeout=300 -o Acquire::Retries=3 "$@" >>"$log" 2>&1; }
install() { apt install -y --no-install-recommends "$@"; }
failed() { tail -n 25 "$log" >&2; echo "packages.sh: could not install: $*. The lines above are apt's; then run this again." >&2; exit 1; }

case " ${want[*]} " in *" postgresql "*)
  # the world wants Postgres' files, not a server beside the machine's own
  if [ ! -e /etc/postgresql-common/createcluster.conf ]; then
    mkdir -p /etc/postgresql-common
    echo 'create_main_cluster = false' >/etc/postgresql-common/createcluster.conf
  fi ;;
esac
installed() { dpkg-query -W -f '${db:Status-Abbrev} ${Package}\n' | awk '$1 == "ii" { print $2 }' | sort -u; }
before=$(installed)
echo "packages.sh: installing ${want[*]}" >&2
install "${want[@]}" || { apt update || failed "${want[@]}"; install "${want[@]}" || failed "${want[@]}"; }
# newer suites have the docker command in a package of its own
have docker >/dev/null 2>&1 || install docker-cli || failed docker-cli
if [ -n "${HOLDFAST_INSTALLED:-}" ]; then comm -13 <(echo "$before") <(installed) >>"$HOLDFAST_INSTALLED"; fi
