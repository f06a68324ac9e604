#!/bin/sh
# Prints the home of a JDK 25 (JAVA_HOME, then /usr/lib/jvm, then `java` on PATH), or says what to
# install and exits 1. The build takes no other version: what one release compiles, another may not.
set -u

is_jdk25() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] && grep -q '^JAVA_VERSION="25[."]' "$1/release"
}

on_path=$(command -v java) && on_path=$(readlink -f "$on_path") && on_path=${on_path%/bin/java}

for home in "${JAVA_HOME:-}" /usr/lib/jvm/*25* /opt/java/*25* "$on_path"; do
  if [ -n "$home" ] && is_jdk25 "$home"; then
    echo "$home"
    exit 0
  fi
done

cat >&2 <<'END'
could not find a JDK 25: looked in JAVA_HOME, /usr/lib/jvm, /opt/java and at `java` on PATH.
Debian 12 has none of its own. Either
  - add the apt repository of Eclipse Temurin (https://adoptium.net/installation/linux/), then
    apt-get install temurin-25-jdk
  - or, where the distribution has it: apt-get install openjdk-25-jdk
  - or unpack any JDK 25 and set JAVA_HOME to its folder
END
exit 1
