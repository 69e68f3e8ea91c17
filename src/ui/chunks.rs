//! The boundaries of chunks: which code is in which chunk.
//!
//! Each function here returns a table of functions, or a playground, and no other code refers to what is in it. With the
//! feature `split` each is a split point for `wasm_split_cli_support` (`xtask/src/chunks.rs`): code that is reached through
//! it alone leaves the main module. Functions with the same first name share a file: `page`, `start`, or that of a
//! playground.

// Main module and chunks are linked by the names of functions, which only unsafe attributes can set.
#![allow(unsafe_code)]
// The contents of chunks are documented at their tables.
#![allow(missing_docs)]

use super::form::params::Params;
use super::kit::legend::Legend;
use super::kit::near::near;
use super::lab::lazy::{LAB, LabPage};
use super::pages::find::{FindDialog, Finder};
use super::pages::lazy::{
    CHOOSE, ChoosePage, EMBED, EmbeddedPage, FIND, Find, PAGES, Pages, START, StartPage,
};
use super::pages::shell::{Menu, Notices, keep_address};
use super::pages::{
    choose::Choose,
    course::Foot,
    embed::Embedded,
    hint::Hint,
    keys::Help,
    lab::PythonLab,
    page::Choices,
    recording::{NoRecording, Recording},
    start::Start,
};
use super::panels::benchmark::{BENCHMARKS, Benchmarks, Offer};
use super::panels::claims::Claims;
use super::panels::documents::Documents;
use super::panels::io_models;
use super::panels::lazy::{STORED, Stored};
use super::panels::many_tasks;
use super::panels::panel::Panel;
use super::panels::recorded_code::RecordedCode;
use super::panels::results::{Results, Tiles, documents, stored};
use super::panels::speed_up;
use super::panels::spread::{self, HISTOGRAMS, Histograms, Shown, WhatCouldHappen};
use super::panels::stored::StoredTable;
use super::run::announcer::Announcer;
use super::run::controls::{Actions, PaceChoice, Speed, Steps};
use super::run::lazy::{RECORDINGS, RUN, Recordings, Run};
use super::run::open::{self, Opener, Recorded};
use super::run::predict::Prediction;
use super::run::recorded;
use super::run::replay::Playbar;
use super::run::share::EmbedDialog;
use super::state::app::{App, LINKS, Links};
use super::state::entries;
use super::state::program::Program;
use super::state::quiz::{QUESTIONS, Questions};
use super::timeline::compact::CompactLanes;
use super::timeline::critical_path::{PathList, PathToggle, critical_path};
use super::timeline::filter::{Count, FilterForm};
use super::timeline::gauges::Gauges;
use super::timeline::lazy::{TIMELINE, Timeline};
use super::timeline::overlays::Overlays;
use super::timeline::overview::Overview;
use super::timeline::race::{LoopStrip, Ratio, Stuck, UpcomingTotal};
use super::timeline::task::card::Card;
use super::timeline::task::duration_drag::DurationDrag;
use super::timeline::task::handle::{self, Handle};
use super::timeline::task::step_in::SteppedIn;
use crate::chunk;
use crate::driver::{LIVE, Live};
use crate::turns::in_turn;
use crate::web;
use crate::web::outside::{STORAGE, Storage};
use futures_util::future::LocalBoxFuture;
use interleave_player::spread::can_vary;
use interleave_playgrounds::{Benchmark, Entry};
use leptos::prelude::*;
#[cfg(not(feature = "split"))]
use std::future::ready;

macro_rules! tables {
    ($($chunk:ident $name:ident: $table:ty => $slot:path = $value:expr;)*) => {
        $(
            #[cfg_attr(feature = "split", wasm_split_helpers::wasm_split($chunk))]
            fn $name() -> &'static $table {
                static TABLE: $table = $value;
                &TABLE
            }
        )*

        fn register_tables() {
            $(
                #[cfg(feature = "split")]
                $slot.set_loader(|| Box::pin($name()));
                #[cfg(not(feature = "split"))]
                $slot.fill($name());
            )*
        }
    };
}

tables! {
    page timeline: Timeline => TIMELINE = Timeline {
        playbar: || view! { <Playbar/> }.into_any(),
        stepped_in: || view! { <SteppedIn/> }.into_any(),
        dragged: || DurationDrag::get().region().into_any(),
        overview: |entry| view! { <Overview entry/> }.into_any(),
        filter: || view! { <FilterForm/> }.into_any(),
        legend: || view! { <Legend/><PathToggle/> }.into_any(),
        ratio: |entry, mode| view! { <Ratio entry mode/> }.into_any(),
        upcoming: |mode, verdict| view! { <UpcomingTotal mode verdict/> }.into_any(),
        count: |listing| view! { <Count listing/> }.into_any(),
        below: |mode| view! { <Stuck mode/><PathList mode/> }.into_any(),
        gauges: |entry, mode, range| view! { <Gauges entry mode range/> }.into_any(),
        loop_strip: |mode, range| view! { <LoopStrip mode range/> }.into_any(),
        compact: |mode, range, listing| view! { <CompactLanes mode range listing/> }.into_any(),
        handle: |mode, range, listing, scrolled, size| {
            view! { <Handle mode range listing scrolled size/> }.into_any()
        },
        card: || Card::get().view(App::get()).into_any(),
        critical_path,
        lane_key: handle::key,
        under: Overlays::under,
        over: Overlays::over,
    };
    page run: Run => RUN = Run {
        steps: || view! { <Steps/> }.into_any(),
        step: App::step,
        step_back: |app| app.runs.step_back(),
        choices: || view! { <Speed/><PaceChoice/> }.into_any(),
        actions: |embedding| view! { <Actions embedding/> }.into_any(),
        embed_dialog: |open| view! { <EmbedDialog open/> }.into_any(),
    };
    page pages: Pages => PAGES = Pages {
        menu: || view! { <Menu/> }.into_any(),
        notices: || view! { <Notices/> }.into_any(),
        dialogs: || {
            keep_address(App::get());
            view! { <Help/><Opener/><Finder/> }.into_any()
        },
        hint: || view! { <Hint/> }.into_any(),
        choices: |entry| view! { <Choices entry/> }.into_any(),
        status: || view! { <Recorded/><Announcer/> }.into_any(),
        prediction: || view! { <Prediction/> }.into_any(),
        claims: |entry| view! { <Claims entry/> }.into_any(),
        results: |entry| view! { <Tiles entry/><Results entry/>{stored(entry)}{documents(entry)} }.into_any(),
        params: |entry| view! { <Params entry/> }.into_any(),
        panel: |entry| view! { <Panel entry/> }.into_any(),
        near,
        foot: |entry| {
            let draws = can_vary(entry);
            view! {
                {draws.then(|| view! { <WhatCouldHappen entry/> })}
                {entry.benchmark.map(|benchmark| view! { <Offer benchmark/> })}
                <Foot entry/>
            }
            .into_any()
        },
        announcer: || view! { <Announcer/> }.into_any(),
        key: super::pages::keys::Keys::press,
        open: open::open,
    };
    page questions: Questions => QUESTIONS = Questions {
        of: interleave_player::quiz::questions,
    };
    links links: Links => LINKS = Links {
        parse: interleave_player::view::parse,
    };
    embed embedded_page: EmbeddedPage => EMBED = EmbeddedPage {
        page: |entry, embed| view! { <Embedded entry embed/> }.into_any(),
    };
    choose choose_page: ChoosePage => CHOOSE = ChoosePage {
        page: || view! { <Choose/> }.into_any(),
    };
    choose find: Find => FIND = Find {
        dialog: || view! { <FindDialog/> }.into_any(),
    };
    start start_page: StartPage => START = StartPage {
        page: || view! { <Start/> }.into_any(),
    };
    recording recordings: Recordings => RECORDINGS = Recordings {
        open: recorded::open,
        page: |entry| view! { <Recording entry/> }.into_any(),
        without: || view! { <NoRecording/> }.into_any(),
        code: || view! { <RecordedCode/> }.into_any(),
        place: |session, site| Program::of(session)?.place(site),
    };
    recording lab_page: LabPage => LAB = LabPage {
        page: |app| view! { <PythonLab app/> }.into_any(),
    };
    choose histograms: Histograms => HISTOGRAMS = Histograms {
        view: |entry, choice| view! { <Shown entry choice/> }.into_any(),
        run: spread::run_aside,
    };
    benchmark benchmarks: Benchmarks => BENCHMARKS = Benchmarks {
        view: |benchmark| match benchmark {
            Benchmark::SpeedUp => speed_up::measured().into_any(),
            Benchmark::IoModels => io_models::measured().into_any(),
            Benchmark::ManyTasks => many_tasks::measured().into_any(),
        },
    };
    live live: Live => LIVE = Live {
        connect: |outside| Box::pin(web::outside::connect(outside)),
    };
    storage storage: Storage => STORAGE = Storage {
        database: Storage::open_database,
        files: Storage::open_files,
        pages: Storage::open_pages,
    };
    storage stored_rows: Stored => STORED = Stored {
        table: |schema| view! { <StoredTable schema/> }.into_any(),
        documents: |entry, files| view! { <Documents entry files/> }.into_any(),
    };
}

macro_rules! playgrounds {
    ($($section:ident::$module:ident,)*) => {
        $(
            #[cfg_attr(feature = "split", wasm_split_helpers::wasm_split($module))]
            fn $module() -> Entry {
                interleave_playgrounds::$section::$module::entry()
            }
        )*

        /// How each is loaded. One function for all of them would contain the code of all.
        const PLAYGROUNDS: &[(&str, fn() -> LocalBoxFuture<'static, Entry>)] = &[$(
            #[cfg(feature = "split")]
            (stringify!($module), || Box::pin($module())),
            #[cfg(not(feature = "split"))]
            (stringify!($module), || Box::pin(ready($module()))),
        )*];
    };
}
interleave_playgrounds::for_each_playground!(playgrounds);

async fn playground(slug: &'static str) -> Option<Entry> {
    let name = slug.replace('-', "_");
    let (_, load) = PLAYGROUNDS.iter().find(|(known, _)| *known == name)?;
    Some(load().await)
}

/// Registers how chunks are loaded. Without the feature `split` they are there at once.
pub fn register() {
    register_tables();
    entries::set_loader(|slug| Box::pin(playground(slug)));
}

/// Loads what every page needs sooner or later, after the first paint.
pub fn load_behind() {
    let shown = async {
        // A hidden page gets no frames.
        web::within(1000, web::frame()).await;
    };
    chunk::after(shown, || {
        in_turn(|| TIMELINE.with(|_| ()));
        in_turn(|| RUN.with(|_| ()));
        in_turn(|| PAGES.with(|_| ()));
        in_turn(|| QUESTIONS.with(|_| ()));
        in_turn(|| LINKS.with(|_| ()));
    });
}
