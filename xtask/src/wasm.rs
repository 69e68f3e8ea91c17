//! Small changes to modules of WebAssembly: names, exports, constants, several modules in one. No code is changed except
//! for the numbers by which it refers to functions and types.

use std::{collections::BTreeSet, ops::Range};

use wasm_encoder::{
    CodeSection, CustomSection, DataSection, ElementSection, ExportKind, ExportSection,
    FunctionSection, ImportSection, Module, RawSection, TypeSection,
    reencode::{Error, Reencode, RoundtripReencoder},
};
use wasmparser::{
    DataKind, DataSectionReader, Export, ExternalKind, ImportSectionReader, KnownCustom, Name,
    Operator, Parser, Payload, TypeRef,
};

use crate::{
    failure::{Failure, Result},
    scripts::Names,
};

/// The prefix of the names of exports that [`rooted`] adds and [`finished`] removes.
const ROOT: &str = "root:";

/// A part of the names of exports that nothing calls: classes by which wasm-streams gives streams to scripts. Leptos
/// depends on it for server functions. Without the exports, nothing refers to the code behind them.
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
                    // Names of unknown kinds are not needed.
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

/// The linked app with these functions exported, so that they belong to the main module, and without the exports that
/// nothing calls.
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
            for export in section {
                let export = export?;
                if !export.name.contains(UNUSED) {
                    RoundtripReencoder
                        .parse_export(&mut exports, export)
                        .map_err(unreadable)?;
                }
            }
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

/// The main module with new names for what it imports and exports, without the exports of [`rooted`], and with the constants
/// of some other modules, which have nothing else.
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
        if export.kind != ExternalKind::Func || !export.name.starts_with(ROOT) {
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

/// The data of a module: where each piece begins in memory, and its bytes.
fn data(wasm: &[u8]) -> Result<Vec<(u32, &[u8])>> {
    let mut all = Vec::new();
    for payload in Parser::new(0).parse_all(wasm) {
        let Payload::DataSection(section) = payload? else {
            continue;
        };
        for segment in section {
            let segment = segment?;
            let DataKind::Active { offset_expr, .. } = segment.kind else {
                return Err(Failure::new("a module has data without a place".to_owned()));
            };
            match offset_expr.get_operators_reader().read()? {
                Operator::I32Const { value } => all.push((value.cast_unsigned(), segment.data)),
                _ => return Err(Failure::new("the place of data is no constant".to_owned())),
            }
        }
    }
    Ok(all)
}

/// Where in memory the linked app's variables with a value of their own are: what the linker calls `.data`.
///
/// Those that begin with zeros are in no module, and constants never change.
pub fn variables(linked: &[u8]) -> Result<Range<u32>> {
    let mut place = None;
    for payload in Parser::new(0).parse_all(linked) {
        if let Payload::CustomSection(section) = payload?
            && let KnownCustom::Name(parts) = section.as_known()
        {
            for part in parts {
                if let Ok(Name::Data(names)) = part {
                    for name in names {
                        let name = name?;
                        if name.name == ".data" {
                            place = Some(name.index as usize);
                        }
                    }
                }
            }
        }
    }
    let place = place.and_then(|place| data(linked).ok()?.get(place).copied());
    let (start, bytes) =
        place.ok_or_else(|| Failure::new("the linked app names no .data".to_owned()))?;
    Ok(start..start + u32::try_from(bytes.len()).unwrap_or(u32::MAX))
}

/// Whether a module initializes anything in a range of memory.
pub fn writes(wasm: &[u8], part: &Range<u32>) -> Result<bool> {
    let is_in = |&(start, bytes): &(u32, &[u8])| {
        let end = u64::from(start) + bytes.len() as u64;
        !bytes.is_empty() && start < part.end && end > u64::from(part.start)
    };
    Ok(data(wasm)?.iter().any(is_in))
}

/// Several modules of a split app in one. They import memory, table and globals of the main module alone, export nothing,
/// and call each other by the table; so their sections follow each other.
pub fn merged(modules: &[Vec<u8>]) -> Result<Vec<u8>> {
    let mut all = Merging::default();
    for module in modules {
        all.add(module)?;
    }
    let mut merged = Module::new();
    merged
        .section(&all.types)
        .section(&all.imports)
        .section(&all.functions)
        .section(&all.elements)
        .section(&all.code)
        .section(&all.data);
    if let Some(features) = &all.features {
        merged.section(features);
    }
    Ok(merged.finish())
}

#[derive(Default)]
struct Merging {
    types: TypeSection,
    imports: ImportSection,
    functions: FunctionSection,
    elements: ElementSection,
    code: CodeSection,
    data: DataSection,
    /// The WebAssembly features that they use, which are the same for all.
    features: Option<CustomSection<'static>>,
    /// The names of what has been imported: memory, table, and the globals in their order.
    imported: Vec<String>,
    /// The places in [`Self::imported`] of the globals.
    globals: Vec<String>,
}

impl Merging {
    fn add(&mut self, module: &[u8]) -> Result {
        let mut moved = Moved {
            types: self.types.len(),
            functions: self.functions.len(),
            globals: Vec::new(),
        };
        for payload in Parser::new(0).parse_all(module) {
            match payload? {
                Payload::TypeSection(section) => moved
                    .parse_type_section(&mut self.types, section)
                    .map_err(unreadable)?,
                Payload::ImportSection(section) => self.import(section, &mut moved)?,
                Payload::FunctionSection(section) => moved
                    .parse_function_section(&mut self.functions, section)
                    .map_err(unreadable)?,
                Payload::ElementSection(section) => moved
                    .parse_element_section(&mut self.elements, section)
                    .map_err(unreadable)?,
                Payload::CodeSectionEntry(body) => moved
                    .parse_function_body(&mut self.code, body)
                    .map_err(unreadable)?,
                Payload::DataSection(section) => {
                    for segment in section {
                        let segment = segment?;
                        if !segment.data.is_empty() {
                            moved
                                .parse_data(&mut self.data, segment)
                                .map_err(unreadable)?;
                        }
                    }
                }
                Payload::Version { .. }
                | Payload::CodeSectionStart { .. }
                | Payload::DataCountSection { .. }
                | Payload::End(_) => {}
                Payload::CustomSection(section) => {
                    if section.name() == "target_features" {
                        self.features = Some(CustomSection {
                            name: section.name().to_owned().into(),
                            data: section.data().to_owned().into(),
                        });
                    }
                }
                Payload::ExportSection(section) if section.count() == 0 => {}
                Payload::GlobalSection(section) if section.count() == 0 => {}
                Payload::MemorySection(section) if section.count() == 0 => {}
                Payload::TableSection(section) if section.count() == 0 => {}
                Payload::TagSection(section) if section.count() == 0 => {}
                other => {
                    return Err(Failure::new(format!(
                        "a module of the split app has a section that is not known: {other:?}"
                    )));
                }
            }
        }
        Ok(())
    }

    /// Imports what no earlier module has imported.
    fn import(&mut self, section: ImportSectionReader<'_>, moved: &mut Moved) -> Result {
        for import in section.into_imports() {
            let import = import?;
            if matches!(import.ty, TypeRef::Func(_) | TypeRef::Tag(_)) {
                return Err(Failure::new(format!(
                    "a module of the split app imports {:?}",
                    import.name
                )));
            }
            let name = format!("{}.{}", import.module, import.name);
            if matches!(import.ty, TypeRef::Global(_)) {
                let known = self.globals.iter().position(|global| *global == name);
                let place = known.unwrap_or(self.globals.len());
                if known.is_none() {
                    self.globals.push(name.clone());
                }
                moved.globals.push(u32::try_from(place).unwrap_or(u32::MAX));
            }
            if !self.imported.contains(&name) {
                let ty = moved.entity_type(import.ty).map_err(unreadable)?;
                self.imports.import(import.module, import.name, ty);
                self.imported.push(name);
            }
        }
        Ok(())
    }
}

/// How many types and functions come before those of a module, and which globals its globals are.
struct Moved {
    types: u32,
    functions: u32,
    globals: Vec<u32>,
}

impl Reencode for Moved {
    type Error = std::convert::Infallible;

    fn type_index(&mut self, ty: u32) -> std::result::Result<u32, Error> {
        Ok(self.types + ty)
    }

    fn function_index(&mut self, function: u32) -> std::result::Result<u32, Error> {
        Ok(self.functions + function)
    }

    fn global_index(&mut self, global: u32) -> std::result::Result<u32, Error> {
        Ok(self.globals[global as usize])
    }
}

fn unreadable(error: Error) -> Failure {
    Failure::new(format!("the app's WebAssembly cannot be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        ConstExpr, DataCountSection, Elements, EntityType, Function, GlobalType, MemoryType,
        RefType, TableType, ValType,
    };

    const FROM: &str = "main";

    /// A module as the splitter makes them: a function in the table at `place`, and data at the same place in memory. The
    /// function returns a global, if there is one.
    fn piece(place: i32, global: Option<&str>, returns: ValType) -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([ValType::I64], []);
        types.ty().function([], [returns]);
        let mut imports = ImportSection::new();
        let memory = MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        };
        imports.import(FROM, "memory", EntityType::Memory(memory));
        let table = TableType {
            element_type: RefType::FUNCREF,
            table64: false,
            minimum: 100,
            maximum: None,
            shared: false,
        };
        imports.import(FROM, "table", EntityType::Table(table));
        if let Some(name) = global {
            let global = GlobalType {
                val_type: returns,
                mutable: true,
                shared: false,
            };
            imports.import(FROM, name, EntityType::Global(global));
        }
        let mut functions = FunctionSection::new();
        functions.function(1);
        let mut elements = ElementSection::new();
        let listed = Elements::Functions([0].as_slice().into());
        elements.active(None, &ConstExpr::i32_const(place), listed);
        let mut body = Function::new([]);
        match global {
            Some(_) => body.instructions().global_get(0).end(),
            None => body.instructions().i32_const(place).end(),
        };
        let mut code = CodeSection::new();
        code.function(&body);
        let mut data = DataSection::new();
        data.active(0, &ConstExpr::i32_const(place), [7, 7]);
        data.active(0, &ConstExpr::i32_const(90), []);
        let mut module = Module::new();
        module
            .section(&types)
            .section(&imports)
            .section(&functions)
            .section(&elements)
            .section(&DataCountSection { count: 2 })
            .section(&code)
            .section(&data);
        module.finish()
    }

    #[test]
    fn modules_become_one_that_is_valid() {
        let pieces = [
            piece(10, Some("a"), ValType::I32),
            piece(20, None, ValType::I32),
            piece(30, Some("b"), ValType::I64),
            piece(40, Some("a"), ValType::I32),
        ];
        let merged = merged(&pieces).unwrap();
        // The module is valid only if types and globals are its own: each function returns what its type says.
        wasmparser::Validator::new().validate_all(&merged).unwrap();
        let (mut imported, mut listed) = (Vec::new(), Vec::new());
        for payload in Parser::new(0).parse_all(&merged) {
            match payload.unwrap() {
                Payload::ImportSection(section) => {
                    let imports = section.into_imports();
                    imported.extend(imports.map(|import| import.unwrap().name.to_owned()));
                }
                Payload::ElementSection(section) => {
                    for element in section {
                        if let wasmparser::ElementItems::Functions(functions) =
                            element.unwrap().items
                        {
                            listed.extend(functions.into_iter().map(|index| index.unwrap()));
                        }
                    }
                }
                _ => {}
            }
        }
        assert_eq!(imported, ["memory", "table", "a", "b"]);
        assert_eq!(listed, [0, 1, 2, 3]);
        let places: Vec<_> = data(&merged).unwrap();
        let expected = [10, 20, 30, 40].map(|place| (place, [7, 7].as_slice()));
        assert_eq!(places, expected);
    }

    #[test]
    fn what_a_module_writes_is_seen() {
        let module = piece(10, None, ValType::I32);
        let writes = |part: Range<u32>| writes(&module, &part).unwrap();
        assert!(writes(0..11) && writes(11..12) && writes(5..20));
        assert!(!writes(0..10) && !writes(12..20));
        // It writes nothing where it has no bytes.
        assert!(!writes(80..100));
    }
}
