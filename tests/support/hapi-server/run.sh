#!/bin/sh
# Starts the server (building it first if need be) and prints "READY <base url>" on stdout; logs go to stderr.
#   run.sh [port]      port 0 or none: any free one, named in the READY line. Stop it with SIGTERM.
#   run.sh --build     only build          run.sh --archive   also write the class archive that makes starts faster
# Settings, all by environment: see README.md.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=${HAPI_BUILD:-$(cd "$here/../../.." && pwd)/.cache/hapi-server}
jar=$build/hapi-server-1.jar
if [ ! -f "$jar" ] || [ "$here/pom.xml" -nt "$jar" ] || [ "$here/src/main/java/hapiserver/Main.java" -nt "$jar" ]; then
  rm -rf "$build/lib" "$build/app.jsa" "$build/classes"
  mkdir -p "$build/classes"
  # Both run for some seconds only: the better compiler would not pay.
  # shellcheck disable=SC2086
  MAVEN_OPTS="-XX:TieredStopAtLevel=1 -XX:+UseSerialGC ${MAVEN_OPTS:-}" mvn -B ${HAPI_MVN_OPTS:-} \
    -Dmaven.artifact.threads=10 -f "$here/pom.xml" dependency:copy-dependencies -DincludeScope=runtime \
    -DoutputDirectory="$build/lib" >&2
  "${JAVA_HOME:+$JAVA_HOME/bin/}javac" -J-XX:TieredStopAtLevel=1 --release 17 -proc:none -nowarn -Xlint:none \
    -encoding UTF-8 -cp "$build/lib/*" -d "$build/classes" "$here/src/main/java/hapiserver/Main.java" >&2
  "${JAVA_HOME:+$JAVA_HOME/bin/}jar" --create --file "$jar.part" -C "$build/classes" .
  mv "$jar.part" "$jar"
fi
java() {
  exec "${JAVA_HOME:+$JAVA_HOME/bin/}java" -Xlog:disable -Xlog:all=error:stderr "$@" \
    -Dorg.slf4j.simpleLogger.defaultLogLevel="${HAPI_LOG:-warn}" -Dorg.slf4j.simpleLogger.showDateTime=true \
    -cp "$jar:$build/lib/*" hapiserver.Main "${port:-0}"
}
opts=${HAPI_JAVA_OPTS:--Xmx1g -XX:+UseSerialGC -XX:TieredStopAtLevel=1}
case ${1:-0} in
  --build) exit 0 ;;
  --archive)
    # shellcheck disable=SC2086
    (java -XX:ArchiveClassesAtExit="$build/app.jsa" $opts >"$build/archive.out") & pid=$!
    until grep -q READY "$build/archive.out" 2>/dev/null; do kill -0 $pid; sleep 0.3; done
    kill $pid; wait $pid || true; ls -l "$build/app.jsa" ;;
  *)
    port=${1:-${HAPI_PORT:-0}}
    [ ! -f "$build/app.jsa" ] || opts="-XX:SharedArchiveFile=$build/app.jsa $opts"
    # shellcheck disable=SC2086
    java $opts ;;
esac
