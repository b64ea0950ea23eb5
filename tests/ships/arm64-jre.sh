#!/bin/sh
# A JRE for 64-bit ARM from Debian, unpacked into a folder: nothing of the system changes. Prints its path for natives.sh.
#   ARM64_JRE=$(tests/ships/arm64-jre.sh FOLDER) tests/ships/natives.sh linux-arm64
set -e
folder=$(mkdir -p "${1:?folder}" && cd "$1" && pwd)
suite=${SUITE:-bookworm} java=${JAVA:-17}
jre=$folder/root/usr/lib/jvm/java-$java-openjdk-arm64
if [ ! -x "$jre/bin/java" ]; then
    mkdir -p "$folder/state/lists/partial" "$folder/cache/archives/partial" "$folder/root"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg] http://deb.debian.org/debian $suite main" > "$folder/sources.list"
    cat > "$folder/apt.conf" <<CONF
APT::Architecture "arm64";
APT::Architectures { "arm64"; };
Dir::State "$folder/state";
Dir::State::status "/dev/null";
Dir::Cache "$folder/cache";
Dir::Etc::sourcelist "$folder/sources.list";
Dir::Etc::sourceparts "/dev/null";
CONF
    (
        cd "$folder"
        export APT_CONFIG="$folder/apt.conf"
        apt-get -qq update && apt-get -qq download openjdk-$java-jre-headless zlib1g libjpeg62-turbo
        for package in *.deb; do dpkg -x "$package" root; done
    ) >&2
    # Debian keeps the configuration in /etc.
    find "$jre" -type l | while read -r link; do
        to=$(readlink "$link")
        case $to in
            /etc/*) [ -e "$folder/root$to" ] && cp --remove-destination -r "$folder/root$to" "$link" ;;
        esac
    done || true
fi
echo "$jre"
