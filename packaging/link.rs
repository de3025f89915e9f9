//! Build script of the executables: what the linker leaves out of a release build on Linux.
//!
//! - **Unwind tables** (an eighth of the executable). Panics abort, so nothing unwinds; what is lost
//!   is backtraces, which had no names in a stripped executable either. Rust's standard library and
//!   C bring theirs compiled, so `-C force-unwind-tables=no` would leave a third of them, and does
//!   not go with tests, whose panics unwind.
//! - **Addresses to relocate**, packed (`DT_RELR`): a position-independent executable lists every
//!   pointer it holds, at 24 bytes each, or here about a bit. glibc from 2.36 on reads it (August
//!   2022; Debian 12, Ubuntu 24.04); an older one says so and does not start the program.
//! - **The build id**, which names debug information that there is none of.
//! - **The demangler of C++** (42 kB), with which its runtime says what kind of exception ended the
//!   program. Now it says so in the compiler's spelling: the name it asks for is that of a function
//!   that answers nothing.
//!
//! Identical code folding is not among them: it gains 22 kB, and makes of two functions one that are
//! compared by address, as SQLite and FLTK do.
//!
//! The executable stays position-independent, with read-only relocations, bound at start, and
//! without an executable stack. All of it needs LLD, which Rust brings for this target.

use std::path::Path;
use std::process::Command;
use std::{env, fs, io};

/// Added to the linker's own layout. Exceptions of C++ could be thrown no more either.
const WITHOUT_UNWIND_TABLES: &str = "\
SECTIONS { /DISCARD/ : { *(.eh_frame .eh_frame.* .gcc_except_table .gcc_except_table.*) } }
INSERT AFTER .text;
";

fn main() -> io::Result<()> {
    // Cargo knows when this file changes; nothing else of the package matters.
    println!("cargo::rerun-if-changed=Cargo.toml");
    let is = |name: &str, value: &str| env::var(name).is_ok_and(|is| is == value);
    let is_release = is("PROFILE", "release");
    let is_linux = is("CARGO_CFG_TARGET_OS", "linux")
        && is("CARGO_CFG_TARGET_ENV", "gnu")
        && is("CARGO_CFG_TARGET_ARCH", "x86_64");
    if !(is_release && is_linux && has_lld()) {
        return Ok(());
    }
    let directory = env::var("OUT_DIR").map_err(io::Error::other)?;
    let script = Path::new(&directory).join("without-unwind-tables.ld");
    fs::write(&script, WITHOUT_UNWIND_TABLES)?;
    for argument in [
        "-Wl,--no-eh-frame-hdr",
        &format!("-Wl,-T,{}", script.display()),
        "-Wl,-z,pack-relative-relocs",
        "-Wl,--build-id=none",
    ] {
        println!("cargo::rustc-link-arg-bins={argument}");
    }
    // The other executables have no C++, and so no function to stand in.
    if is("CARGO_PKG_NAME", "fltk-client") {
        println!(
            "cargo::rustc-link-arg-bins=-Wl,--defsym=__cxa_demangle=_ZSt18uncaught_exceptionv"
        );
    }
    Ok(())
}

/// Whether the toolchain has LLD beside it, which it then links with.
fn has_lld() -> bool {
    let ask = |flag: &[&str]| {
        let rustc = env::var_os("RUSTC")?;
        let output = Command::new(rustc).args(flag).output().ok()?;
        String::from_utf8(output.stdout).ok()
    };
    let host = env::var("HOST").unwrap_or_default();
    ask(&["--print", "sysroot"]).is_some_and(|sysroot| {
        let tools = Path::new(sysroot.trim()).join("lib/rustlib").join(host).join("bin/gcc-ld");
        tools.join("ld.lld").exists()
    })
}
