//! Has the linker leave the interpreter's symbols open where it would ask for them (macOS).

fn main() {
    pyo3_build_config::add_extension_module_link_args();
}
