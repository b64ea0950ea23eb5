#!/usr/bin/env bash
# Which natives does a project get that depends on gto4j, or on gto4j-platform? Those of the user's -Djavacpp.platform. The POMs are this clone's, the jars empty.
#   tests/ships/platform.sh [arguments for Maven, e.g. -o]
set -euo pipefail

root=$(dirname "$(dirname "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")")")
work=$(mktemp -d)
version=0-platform-test
local=${MAVEN_REPOSITORY:-$HOME/.m2/repository}
clean() {
    rm -rf "$work"
    for artifact in gto4j gto4j-parent gto4j-presets gto4j-platform; do
        rm -rf "$local/org/gto4j/$artifact/$version"
        rmdir "$local/org/gto4j/$artifact" 2> /dev/null || true
    done
}
trap clean EXIT

current=$(sed -n 's|.*<version>\(.*\)</version>.*|\1|p' "$root/pom.xml" | head -n 1)
library=$root/java/library/pom.xml
[ -f "$library" ] || library=$root/java/pom.xml
put() { # artifact, POM, classifiers
    local folder=$work/repository/org/gto4j/$1/$version pom=$2 classifier
    shift 2
    mkdir -p "$folder"
    local name
    name=$(basename "$(dirname "$folder")")-$version
    sed "s|<version>$current</version>|<version>$version</version>|" "$pom" > "$folder/$name.pom"
    for classifier in "$@"; do printf 'PK\5\6\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0' > "$folder/$name$classifier.jar"; done
    for file in "$folder"/*; do sha1sum "$file" | cut -d' ' -f1 > "$file.sha1"; done
}
put gto4j-parent "$root/pom.xml"
put gto4j-presets "$root/presets/pom.xml" "" -linux-x86_64 -linux-arm64
put gto4j "$library" ""
put gto4j-platform "$root/presets/platform/pom.xml"
cat > "$work/pom.xml" <<POM
<project xmlns="http://maven.apache.org/POM/4.0.0">
  <modelVersion>4.0.0</modelVersion><groupId>org.example</groupId><artifactId>user</artifactId><version>1</version>
  <repositories><repository><id>test</id><url>file://$work/repository</url></repository></repositories>
  <dependencies><dependency>
    <groupId>org.gto4j</groupId><artifactId>\${artifact}</artifactId><version>$version</version><type>\${type}</type>
  </dependency></dependencies>
</project>
POM

failed=0
expect() { # artifact, type, natives, arguments
    local artifact=$1 type=$2 natives=$3 found
    shift 3
    found=$(mvn -B -f "$work/pom.xml" "${maven[@]}" -Dartifact="$artifact" -Dtype="$type" "$@" org.apache.maven.plugins:maven-dependency-plugin:3.9.0:tree |
        sed -n 's/.*org.gto4j:gto4j-presets:jar:\(linux-[^:]*\):.*/\1/p' | sort -u | xargs)
    if [ "$found" = "$natives" ]; then
        echo "$artifact $*: $found"
    else
        echo "FAILED: $artifact $*: expected $natives, found $found"
        failed=1
    fi
}
maven=("$@")
here=linux-x86_64
[ "$(uname -m)" != aarch64 ] || here=linux-arm64
expect gto4j jar $here
expect gto4j jar linux-arm64 -Djavacpp.platform=linux-arm64
expect gto4j jar linux-x86_64 -Djavacpp.platform=linux-x86_64
expect gto4j-platform pom "$(printf '%s\n' $here linux-arm64 linux-x86_64 | sort -u | xargs)"
expect gto4j-platform pom linux-arm64 -Djavacpp.platform=linux-arm64
expect gto4j-platform pom linux-x86_64 -Djavacpp.platform=linux-x86_64
exit $failed
