//! Mounts the app.

#[cfg(target_arch = "wasm32")]
fn main() {
    use interleave::{ui, web};
    use leptos::prelude::*;

    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        web::fail(&panic.to_string());
    }));
    ui::chunks::register();
    if let Some(work) = web::aside::work() {
        return ui::work_aside(work);
    }
    interleave::chunk::after(ui::needed_at_start(), || {
        if let Some(place) = web::element("app") {
            let app = || view! { <ui::Shell/> };
            interleave::turns::take_place(place, app, ui::chunks::load_behind);
        }
    });
}

/// The app runs in a browser; `cargo xtask serve` serves it.
#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("Interleave runs in a browser: see `cargo xtask serve`");
}
