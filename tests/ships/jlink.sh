#!/usr/bin/env bash
# A runtime image (jlink) of a program whose module requires the natives writes the greedy text of a tiny target: after mvn package.
#   tests/ships/jlink.sh
set -euo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
target=$(dirname "$(dirname "$here")")/presets/target
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
javacpp=$(find "${MAVEN_REPOSITORY:-$HOME/.m2/repository}/org/bytedeco/javacpp" -name 'javacpp-[0-9.]*[0-9].jar' | sort | tail -n 1)
classes=$(find "$target" -maxdepth 1 -name 'gto4j-presets-*.jar' | grep -vE -- '-(linux-[a-z0-9_]*|sources|javadoc)\.jar$')
natives=$(ls "$target"/gto4j-presets-*-linux-x86_64.jar)
modules=$classes:$natives:$javacpp

mkdir -p "$work/source/org/example"
sed '1i package org.example;' "$here/Greedy.java" > "$work/source/org/example/Greedy.java"
echo 'module org.example { requires org.gto4j.presets; requires org.gto4j.presets.linux.x86_64; }' > "$work/source/module-info.java"
javac -d "$work/classes" -p "$modules" "$work/source/module-info.java" "$work/source/org/example/Greedy.java"
jlink --module-path "$work/classes:$modules" --add-modules org.example --output "$work/image"
"$target/linux-x86_64/prefix/bin/tiny_target" --out "$work/tiny.gguf"
"$work/image/bin/java" -Dorg.bytedeco.javacpp.cachedir="$work/cache" -m org.example/org.example.Greedy "$work/tiny.gguf" 16
du -sh "$work/image" | cut -f1
