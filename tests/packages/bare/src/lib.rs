//! A library without std. It has the only panic handler and no allocator, so it does not compile if any package below it
//! brings std (which has a handler of its own) or alloc (which needs an allocator). Its features show that.
#![no_std]

#[cfg(feature = "alloc")]
extern crate alloc;
#[cfg(feature = "std")]
extern crate std;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo<'_>) -> ! {
    loop {}
}

/// The context of a model of each catalog, and the size of the data.
#[unsafe(no_mangle)]
pub extern "C" fn known() -> u64 {
    let models = portolan_catalog::models().filter_map(|model| model.context());
    models.sum::<u64>() + portolan_manifests::CATALOG_JSON.len() as u64
}
