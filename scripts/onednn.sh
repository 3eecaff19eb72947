# Sourced by bootstrap: finding and installing oneDNN. Callers set `prefix` first.
# shellcheck shell=bash disable=SC2034,SC2154

onednn_range="3.1 or newer, below 4"
# Intel's wheels of oneDNN 3.2 with GNU OpenMP: the library, and the headers.
onednn_requirements="
onednn-cpu-gomp==2023.2.0 --hash=sha256:2f22a54d6a890ed14bfa185d42a4be65d8b5b1df85dc1f0f3a9abe31620416fb
onednn-devel-cpu-gomp==2023.2.0 --hash=sha256:9763c69e8c907e119056bd52ad918ca84ac9ba939d130a99dfa95ccca3e5e284
"

onednn_pc() { has pkg-config && pkg-config "$@" dnnl 2>/dev/null; }

# Prints the version that a header defines, as in 3.2.0.
onednn_header_version() {
  awk '$2 ~ /^DNNL_VERSION_(MAJOR|MINOR|PATCH)$/ { v = v (v == "" ? "" : ".") $3 } END { print v }' "$1"
}

# Prints the version that a library says it is when loaded; fails if it cannot be loaded.
onednn_library_version() {
  python3 - "$1" <<'PY' 2>/dev/null
import ctypes, sys
library = ctypes.CDLL(sys.argv[1])
library.dnnl_version.restype = ctypes.POINTER(ctypes.c_int)
print(".".join(str(number) for number in library.dnnl_version()[:3]))
PY
}

onednn_in_range() {
  local major minor rest
  IFS=. read -r major minor rest <<<"$1"
  [[ $major == 3 && $minor -ge 1 ]]
}

# Looks at the oneDNN whose headers the compiler would see first. Sets onednn_version, onednn_include and
# onednn_library; on failure onednn_problem says why.
onednn_found() {
  local include library multiarch suffix=so
  onednn_version='' onednn_include='' onednn_library='' onednn_problem="no headers found"
  [[ $(uname -s) == Linux ]] || suffix=dylib
  multiarch=$(uname -m)-linux-gnu
  for include in "$(onednn_pc --variable=includedir)" "$prefix/include" /usr/local/include \
    "/usr/include/$multiarch" /usr/include; do
    [[ -f $include/oneapi/dnnl/dnnl_version.h ]] || continue
    onednn_version=$(onednn_header_version "$include/oneapi/dnnl/dnnl_version.h")
    break
  done
  [[ -n $onednn_version ]] || return 1
  if ! onednn_in_range "$onednn_version"; then
    onednn_problem="the headers in $include are of version $onednn_version"
    return 1
  fi
  for library in "$(onednn_pc --variable=libdir)" "${include%/include*}/lib" "${include%/include*}/lib/$multiarch" \
    "${include%/include*}/lib64"; do
    [[ -e $library/libdnnl.$suffix ]] && break
  done
  library=$library/libdnnl.$suffix
  if [[ "$(onednn_library_version "$library")" != "$onednn_version" ]]; then
    onednn_problem="the headers in $include are of version $onednn_version, but no library of that version loads"
    return 1
  fi
  onednn_include=$include onednn_library=$library
  if [[ "$(onednn_pc --modversion)" != "$onednn_version" ]]; then
    onednn_problem="version $onednn_version is in $include, but pkg-config does not know it"
    return 1
  fi
}

# Whether the dynamic loader finds the library by its name alone.
onednn_loads_by_name() { onednn_library_version libdnnl.so.3 >/dev/null; }

onednn_offered_by_apt() {
  has apt-cache &&
    onednn_in_range "$(apt-cache policy libdnnl-dev | sed -n 's/^ *Candidate: \([0-9]*:\)\{0,1\}\([0-9.]*\).*/\2/p')"
}

# onednn_write_pkgconfig FILE INCLUDE LIBRARY VERSION: writes what neither the wheels nor some distributions have.
onednn_write_pkgconfig() {
  mkdir -p "$(dirname "$1")"
  cat >"$1" <<PC
libdir=$(dirname "$3")
includedir=$2

Name: dnnl
Description: oneAPI Deep Neural Network Library (oneDNN)
Version: $4
Libs: -L\${libdir} -ldnnl
Cflags: -I\${includedir}
PC
}

# onednn_install_tree TREE: copies a finished tree below the prefix.
onednn_install_tree() {
  local options=(-R -P)
  # A library in use keeps its old content: a new file takes its name.
  [[ $(uname -s) != Linux ]] || options+=(--remove-destination)
  as_owner_of "$prefix" mkdir -p "$prefix"
  as_owner_of "$prefix" cp "${options[@]}" "$1/." "$prefix/"
  [[ $prefix != /usr/local || $(uname -s) != Linux ]] || as_root ldconfig
}

# onednn_install_wheels PYTHON WORK: downloads the wheels into the folder WORK and installs library, headers and .pc.
onednn_install_wheels() {
  local python=$1 work=$2
  say "pip download $(sed -n 's/ --hash.*//p' <<<"$onednn_requirements" | xargs) (39 MB, checked by SHA-256)"
  printf '%s' "$onednn_requirements" >"$work/requirements.txt"
  "$python" -m pip download --quiet --no-deps --only-binary :all: --require-hashes --dest "$work/wheels" \
    --requirement "$work/requirements.txt" ||
    die "pip could not download oneDNN; its own message is above. Is there a network, and a package index?"
  "$python" - "$work" <<'PY'
import os, pathlib, sys, zipfile

work = pathlib.Path(sys.argv[1])
tree = work / "tree"
for wheel in sorted((work / "wheels").glob("onednn*.whl")):
    with zipfile.ZipFile(wheel) as archive:
        for name in archive.namelist():
            _, data, inner = name.partition(".data/data/")
            # The wheels hold the library three times and CMake files: one copy and the headers are enough.
            if data and (inner == "lib/libdnnl.so.3.2" or inner.startswith("include/")):
                target = tree / inner
                target.parent.mkdir(parents=True, exist_ok=True)
                target.write_bytes(archive.read(name))
os.symlink("libdnnl.so.3.2", tree / "lib/libdnnl.so.3")
os.symlink("libdnnl.so.3", tree / "lib/libdnnl.so")
PY
  onednn_write_pkgconfig "$work/tree/lib/pkgconfig/dnnl.pc" "$prefix/include" "$prefix/lib/libdnnl.so" 3.2.0
  say "installing oneDNN 3.2.0 into $prefix"
  onednn_install_tree "$work/tree"
}
