# Sourced by mvnw and wearon: sets JAVA_HOME to a JDK that can build and run the suite.
# Keeps a suitable JAVA_HOME; otherwise selects the newest JDK in the usual folders.
WEARON_JDK_MIN=21

# Prints the major version of the JDK in $1, or nothing if there is none. Reads the release file, because to start a JVM for
# each candidate takes a second.
wearon_jdk_major() {
  [ -x "$1/bin/javac" ] && [ -r "$1/release" ] || return 0
  sed -n 's/^JAVA_VERSION="\([0-9]*\).*/\1/p' "$1/release"
}

wearon_select_jdk() {
  wearon_best_major=$(wearon_jdk_major "${JAVA_HOME:-/nonexistent}")
  [ "${wearon_best_major:-0}" -ge "$WEARON_JDK_MIN" ] && return 0
  wearon_best_home='' wearon_best_major=0 wearon_seen=''
  # The JDK on the PATH, after its symbolic links.
  wearon_on_path=$(command -v javac 2>/dev/null) && wearon_on_path=$(readlink -f "$wearon_on_path" 2>/dev/null)
  for wearon_home in "${wearon_on_path%/bin/javac}" /usr/lib/jvm/* /opt/java/* /opt/jdk* \
      "${HOME:-}"/.sdkman/candidates/java/* "${HOME:-}"/.jdks/* /Library/Java/JavaVirtualMachines/*/Contents/Home; do
    wearon_major=$(wearon_jdk_major "$wearon_home")
    [ -n "$wearon_major" ] || continue
    wearon_seen="$wearon_seen $wearon_home ($wearon_major)"
    if [ "$wearon_major" -gt "$wearon_best_major" ]; then
      wearon_best_major=$wearon_major wearon_best_home=$wearon_home
    fi
  done
  if [ "$wearon_best_major" -lt "$WEARON_JDK_MIN" ]; then
    {
      echo "wearon: no JDK $WEARON_JDK_MIN or newer was found."
      echo "  looked at: JAVA_HOME=${JAVA_HOME:-unset}, javac on the PATH, /usr/lib/jvm, /opt, ~/.sdkman, ~/.jdks, /Library/Java"
      echo "  found:    ${wearon_seen:- none}"
      echo "  hint:     install a JDK (for example Temurin 21), or set JAVA_HOME to one, and run the command again."
    } >&2
    return 1
  fi
  JAVA_HOME=$wearon_best_home
  export JAVA_HOME
}

wearon_select_jdk
