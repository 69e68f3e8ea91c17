//! Small changes to modules of WebAssembly: names, exports, constants. No code is touched.

use std::collections::BTreeSet;

use wasm_encoder::{
    DataSection, ExportKind, ExportSection, ImportSection, Module, RawSection,
    reencode::{Error, Reencode, RoundtripReencoder},
};
use wasmparser::{
    DataSectionReader, Export, ExternalKind, ImportSectionReader, KnownCustom, Name, Parser,
    Payload, TypeRef,
};

use crate::{
    failure::{Failure, Result},
    scripts::Names,
};

/// What the names of exports begin with that [`rooted`] adds and [`finished`] removes.
const ROOT: &str = "root:";

/// What the names of exports have in them that nothing calls: classes by which wasm-streams gives streams to scripts.
/// Leptos brings it along for server functions. Without the exports, wasm-opt removes what is behind them.
const UNUSED: &str = "intounderlying";

/// The names of the functions that a module defines, as the linker has written them, by number.
fn names(wasm: &[u8]) -> Result<Vec<(u32, String)>> {
    let (mut imported, mut all) = (0, Vec::new());
    for payload in Parser::new(0).parse_all(wasm) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    imported += u32::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CustomSection(section) => {
                let KnownCustom::Name(parts) = section.as_known() else {
                    continue;
                };
                for part in parts {
                    // Of what is not known, nothing is wanted.
                    let Ok(Name::Function(functions)) = part else {
                        continue;
                    };
                    for function in functions {
                        let function = function?;
                        all.push((function.index, function.name.to_owned()));
                    }
                }
            }
            _ => {}
        }
    }
    all.retain(|&(index, _)| index >= imported);
    Ok(all)
}

/// The names of the functions that a module defines.
pub fn functions(wasm: &[u8]) -> Result<BTreeSet<String>> {
    Ok(names(wasm)?.into_iter().map(|(_, name)| name).collect())
}

/// The linked app with these functions exported, so that they belong to the main module.
///
/// All other sections stay as they are, byte for byte: the relocations count their bytes.
pub fn rooted(linked: &[u8], functions: &BTreeSet<String>) -> Result<Vec<u8>> {
    let roots = names(linked)?.into_iter();
    let roots = roots.filter(|(_, name)| functions.contains(name));
    let mut module = Module::new();
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        if let Payload::ExportSection(section) = payload {
            let mut exports = ExportSection::new();
            RoundtripReencoder
                .parse_export_section(&mut exports, section)
                .map_err(unreadable)?;
            for (index, _) in roots.clone() {
                exports.export(&format!("{ROOT}{index}"), ExportKind::Func, index);
            }
            module.section(&exports);
        } else if let Some((id, range)) = payload.as_section() {
            let data = &linked[range.start as usize..range.end as usize];
            module.section(&RawSection { id, data });
        }
    }
    Ok(module.finish())
}

/// The main module with new names for what it imports and exports, without the exports of [`rooted`] and those that nothing
/// calls, and with the constants of some other modules, which have nothing else.
pub fn finished(main: &[u8], names: &Names, constants: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut module = Module::new();
    Finishing { names, constants }
        .parse_core_module(&mut module, Parser::new(0), main)
        .map_err(unreadable)?;
    Ok(module.finish())
}

struct Finishing<'a> {
    names: &'a Names,
    constants: &'a [Vec<u8>],
}

impl Finishing<'_> {
    fn name<'a>(&'a self, old: &'a str) -> &'a str {
        self.names.get(old).map_or(old, String::as_str)
    }

    /// The data sections of the other modules.
    fn sections(&self) -> std::result::Result<Vec<DataSectionReader<'_>>, Error> {
        let mut sections = Vec::new();
        for module in self.constants {
            for payload in Parser::new(0).parse_all(module) {
                if let Payload::DataSection(section) = payload? {
                    sections.push(section);
                }
            }
        }
        Ok(sections)
    }
}

impl Reencode for Finishing<'_> {
    type Error = std::convert::Infallible;

    fn parse_import_section(
        &mut self,
        imports: &mut ImportSection,
        section: ImportSectionReader<'_>,
    ) -> std::result::Result<(), Error> {
        for import in section.into_imports() {
            let import = import?;
            let ty = self.entity_type(import.ty)?;
            imports.import(import.module, self.name(import.name), ty);
        }
        Ok(())
    }

    fn parse_export(
        &mut self,
        exports: &mut ExportSection,
        export: Export<'_>,
    ) -> std::result::Result<(), Error> {
        let is_left_out = export.name.starts_with(ROOT) || export.name.contains(UNUSED);
        if export.kind != ExternalKind::Func || !is_left_out {
            let kind = self.export_kind(export.kind)?;
            exports.export(self.name(export.name), kind, export.index);
        }
        Ok(())
    }

    fn data_count(&mut self, count: u32) -> std::result::Result<u32, Error> {
        let more: u32 = self.sections()?.iter().map(DataSectionReader::count).sum();
        Ok(count + more)
    }

    fn parse_data_section(
        &mut self,
        data: &mut DataSection,
        section: DataSectionReader<'_>,
    ) -> std::result::Result<(), Error> {
        let more = self.sections()?;
        let mut same = RoundtripReencoder;
        for section in std::iter::once(section).chain(more) {
            for segment in section {
                same.parse_data(data, segment?)?;
            }
        }
        Ok(())
    }
}

fn unreadable(error: Error) -> Failure {
    Failure::new(format!("the app's WebAssembly cannot be read: {error}"))
}
