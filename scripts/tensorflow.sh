# Sourced by bootstrap: finding and installing TensorFlow's C library, for the package trait TensorFlow. Callers set `prefix`
# first.
# shellcheck shell=bash disable=SC2154

tensorflow_version=2.21.0
# PyPI's wheel for Python 3.11 on x86-64 Linux; nothing of Python's is used of it.
tensorflow_requirement="tensorflow-cpu==$tensorflow_version \
--hash=sha256:2b847d217b02ee7731ed91431daf3250daa0196c3c94614d23be27232e6e5b6c"

tensorflow_found() { has pkg-config && pkg-config --exists tensorflow; }

# Prints the folder of the TensorFlow that a Python has installed; fails if it has none, or one without its C API.
tensorflow_of_python() {
  "${PYTHON:-python3}" - <<'PY' 2>/dev/null
import importlib.util, pathlib, sys
spec = importlib.util.find_spec("tensorflow")
if not spec or not spec.submodule_search_locations:
    sys.exit(1)
folder = pathlib.Path(spec.submodule_search_locations[0])
if not (folder / "libtensorflow_cc.so.2").exists() or not (folder / "include/tensorflow/c/c_api.h").exists():
    sys.exit(1)
print(folder)
PY
}

# tensorflow_install_from FOLDER HOW: makes library, headers and .pc below the prefix from a TensorFlow package's folder. HOW is
# -s to link to what is there, or -r to copy it.
tensorflow_install_from() {
  local folder=$1 how=$2 name header
  as_owner_of "$prefix" mkdir -p "$prefix/lib/pkgconfig"
  for name in tensorflow_cc tensorflow_framework; do
    as_owner_of "$prefix" cp -f --remove-destination "$how" "$folder/lib$name.so.2" "$prefix/lib/lib$name.so.2"
    as_owner_of "$prefix" ln -sf "lib$name.so.2" "$prefix/lib/lib$name.so"
  done
  # What c_api.h includes, all in all.
  for header in tensorflow/c/{c_api,c_api_macros,tf_attrtype,tf_buffer,tf_datatype,tf_status,tf_tensor,tf_tstring}.h \
    xla/tsl/c/tsl_status.h tensorflow/core/platform/ctstring{,_internal}.h tsl/platform/ctstring{,_internal}.h; do
    as_owner_of "$prefix" mkdir -p "$prefix/include/$(dirname "$header")"
    as_owner_of "$prefix" cp -f --remove-destination "$how" "$folder/include/$header" "$prefix/include/$header"
  done
  work_pc=$(mktemp)
  cat >"$work_pc" <<PC
libdir=$prefix/lib
includedir=$prefix/include

Name: tensorflow
Description: TensorFlow's C API, as its Python package has it
Version: $tensorflow_version
Libs: -L\${libdir} -ltensorflow_cc -ltensorflow_framework
Cflags: -I\${includedir}
PC
  as_owner_of "$prefix" cp "$work_pc" "$prefix/lib/pkgconfig/tensorflow.pc"
  as_owner_of "$prefix" chmod 644 "$prefix/lib/pkgconfig/tensorflow.pc"
  rm -f "$work_pc"
  [[ $prefix != /usr/local ]] || as_root ldconfig
}

# Installs TensorFlow's C library: from the Python package that is there, else from PyPI's wheel.
install_tensorflow() {
  local folder python
  [[ $(uname -s) == Linux && $(uname -m) == x86_64 ]] || die "PyPI's TensorFlow is taken on x86-64 Linux alone. Install" \
    "TensorFlow's C library yourself (https://www.tensorflow.org/install/lang_c) with a pkg-config file 'tensorflow'."
  if folder=$(tensorflow_of_python); then
    say "linking to the TensorFlow in $folder"
    tensorflow_install_from "$folder" -s
    return
  fi
  python=$(python_with_pip) || die "no Python 3 with pip, which downloads TensorFlow; try: python3 -m ensurepip"
  work=$(mktemp -d)
  trap 'rm -rf "$work"' EXIT
  say "pip download tensorflow-cpu==$tensorflow_version (250 MB, checked by SHA-256)"
  printf '%s\n' "$tensorflow_requirement" >"$work/requirements.txt"
  "$python" -m pip download --quiet --no-deps --only-binary :all: --python-version 3.11 \
    --platform manylinux_2_27_x86_64 --require-hashes --dest "$work/wheels" --requirement "$work/requirements.txt" ||
    die "pip could not download TensorFlow; its own message is above. Is there a network, and a package index?"
  "$python" - "$work" <<'PY'
import pathlib, sys, zipfile

work = pathlib.Path(sys.argv[1])
with zipfile.ZipFile(next((work / "wheels").glob("*.whl"))) as archive:
    for name in archive.namelist():
        if name.startswith(("tensorflow/libtensorflow_", "tensorflow/include/")) and name.endswith((".so.2", ".h")):
            archive.extract(name, work)
PY
  tensorflow_install_from "$work/tensorflow" -r
}
