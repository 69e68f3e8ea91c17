//! What the linker knows of addresses: which object lies where in memory, and who refers to it.
//!
//! A module says nothing of this: an address in it is a number like any other. So the app is linked with `--emit-relocs`,
//! and the linker's own file names the object behind each number that it has put in.

use std::{
    collections::{BTreeSet, HashMap},
    ops::Range,
};

use wasmparser::{
    BinaryReader, DataKind, DefinedDataSymbol, KnownCustom, Linking, Operator, Parser, Payload,
    RelocSectionReader, RelocationType, SymbolInfo,
};

use super::addresses::Addresses;
use crate::failure::{Failure, Result};

/// Reads a file that the linker has written with `--emit-relocs`.
pub fn addresses(linked: &[u8]) -> Result<Addresses> {
    let mut sections: Vec<Range<usize>> = Vec::new();
    // Base address and place in the file of each segment.
    let mut segments: Vec<(u32, Range<usize>)> = Vec::new();
    let mut constant: Vec<bool> = Vec::new();
    let mut symbols: Vec<Option<DefinedDataSymbol>> = Vec::new();
    let mut references: Vec<(usize, Vec<Reference>)> = Vec::new();
    for payload in Parser::new(0).parse_all(linked) {
        let payload = payload?;
        if let Some((_, range)) = payload.as_section() {
            sections.push(range);
        }
        match payload {
            Payload::DataSection(reader) => {
                for segment in reader {
                    let segment = segment?;
                    let DataKind::Active { offset_expr, .. } = segment.kind else {
                        return Err(unknown("passive data"));
                    };
                    let Operator::I32Const { value } = offset_expr.get_operators_reader().read()?
                    else {
                        return Err(unknown("data at an address that is computed"));
                    };
                    let end = segment.range.end;
                    segments.push((value as u32, end - segment.data.len()..end));
                }
            }
            Payload::CustomSection(section) => match section.as_known() {
                KnownCustom::Linking(reader) => {
                    for part in reader.subsections() {
                        match part? {
                            Linking::SegmentInfo(infos) => {
                                for info in infos {
                                    constant.push(info?.name.starts_with(".rodata"));
                                }
                            }
                            Linking::SymbolTable(table) => {
                                for symbol in table {
                                    symbols.push(match symbol? {
                                        SymbolInfo::Data { symbol, .. } => symbol,
                                        _ => None,
                                    });
                                }
                            }
                            _ => {}
                        }
                    }
                }
                KnownCustom::Reloc(reader) => references.push(read_references(&reader)?),
                _ => {}
            },
            _ => {}
        }
    }
    // One for code, and one for data.
    if symbols.is_empty() || references.len() < 2 {
        return Err(unknown("it was not linked with --emit-relocs"));
    }
    let object = |symbol: DefinedDataSymbol| {
        let segment = symbol.index as usize;
        let start = segments.get(segment)?.0 + symbol.offset;
        Some((start..start + symbol.size, *constant.get(segment)?))
    };
    let symbols = symbols
        .into_iter()
        .map(|symbol| symbol.and_then(object))
        .collect();
    let file = File {
        linked,
        sections,
        segments,
        symbols,
    };
    file.addresses(&references)
}

/// A relocation: where, in a section, and which symbol with which addend.
struct Reference {
    ty: RelocationType,
    place: usize,
    symbol: u32,
    addend: i64,
}

/// What a linked file consists of.
struct File<'a> {
    linked: &'a [u8],
    /// Where each section is in it.
    sections: Vec<Range<usize>>,
    /// For each segment of data the address of its beginning, and where it is in the file.
    segments: Vec<(u32, Range<usize>)>,
    /// For each symbol that is an object where it lies, and whether it is constant.
    symbols: Vec<Option<(Range<u32>, bool)>>,
}

impl File<'_> {
    fn addresses(&self, references: &[(usize, Vec<Reference>)]) -> Result<Addresses> {
        let objects = self.symbols.iter().flatten();
        let mut objects: Vec<(Range<u32>, bool)> = objects
            .filter(|(object, _)| !object.is_empty())
            .cloned()
            .collect();
        let ends = |(object, _): &(Range<u32>, bool)| (object.start, object.end);
        objects.sort_unstable_by_key(ends);
        objects.dedup();
        let number = |object| objects.binary_search_by_key(&ends(object), ends).ok();
        let mut addresses = Addresses {
            in_code: HashMap::new(),
            in_data: vec![BTreeSet::new(); objects.len()],
            objects: Vec::new(),
        };
        for (section, references) in references {
            let start = self
                .sections
                .get(*section)
                .ok_or_else(|| unknown("relocations of no section"))?
                .start;
            for reference in references {
                let Some(width) = width(reference.ty)? else {
                    continue;
                };
                let place = start + reference.place;
                let said = self.number_at(place, width)?;
                let Some(Some(object)) = self.symbols.get(reference.symbol as usize) else {
                    continue;
                };
                let value = object.0.start.wrapping_add(reference.addend as u32);
                // So what has been understood of the file is what it says.
                if said != value {
                    return Err(unknown("an address that is another than its symbol's"));
                }
                let Some(to) = number(object) else { continue };
                match width {
                    Width::Leb => drop(addresses.in_code.entry(value).or_default().insert(to)),
                    Width::Fixed => {
                        let at = self.address_of(place)?;
                        for (from, (object, _)) in objects.iter().enumerate() {
                            if object.contains(&at) {
                                addresses.in_data[from].insert(to);
                            }
                        }
                    }
                }
            }
        }
        addresses.objects = objects;
        Ok(addresses)
    }

    /// The address of what is at a place in the file.
    fn address_of(&self, place: usize) -> Result<u32> {
        let segment = self
            .segments
            .iter()
            .find(|(_, range)| range.contains(&place));
        let (base, range) = segment.ok_or_else(|| unknown("relocations of no data"))?;
        Ok(base + (place - range.start) as u32)
    }

    fn number_at(&self, place: usize, width: Width) -> Result<u32> {
        let bytes = self.linked.get(place..).unwrap_or_default();
        let mut reader = BinaryReader::new(bytes, 0);
        Ok(match width {
            // Signed and unsigned ones of five bytes have the same bits.
            Width::Leb => bytes
                .iter()
                .take(5)
                .rev()
                .fold(0, |number, byte| number << 7 | u32::from(byte & 0x7f)),
            Width::Fixed => reader.read_u32()?,
        })
    }
}

/// How an address is written.
#[derive(Clone, Copy)]
enum Width {
    /// In five bytes of seven bits, as in code.
    Leb,
    /// In four bytes, as in data.
    Fixed,
}

/// How a relocation writes an address; none if it writes none.
fn width(ty: RelocationType) -> Result<Option<Width>> {
    Ok(match ty {
        RelocationType::MemoryAddrLeb | RelocationType::MemoryAddrSleb => Some(Width::Leb),
        RelocationType::MemoryAddrI32 => Some(Width::Fixed),
        RelocationType::FunctionIndexLeb
        | RelocationType::TableIndexSleb
        | RelocationType::TableIndexI32
        | RelocationType::TypeIndexLeb
        | RelocationType::GlobalIndexLeb
        | RelocationType::FunctionOffsetI32
        | RelocationType::SectionOffsetI32
        | RelocationType::TableNumberLeb
        | RelocationType::GlobalIndexI32 => None,
        _ => return Err(unknown("relocations of a kind that is not known here")),
    })
}

fn read_references(reader: &RelocSectionReader<'_>) -> Result<(usize, Vec<Reference>)> {
    let mut references = Vec::new();
    for entry in reader.entries() {
        let entry = entry?;
        references.push(Reference {
            ty: entry.ty,
            place: entry.offset as usize,
            symbol: entry.index,
            addend: entry.addend,
        });
    }
    Ok((reader.section_index() as usize, references))
}

fn unknown(what: &str) -> Failure {
    Failure::new(format!(
        "the linker's file cannot be used to split the app's data: {what}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;
    use wasm_encoder::{
        CodeSection, ConstExpr, CustomSection, DataSection, DataSymbolDefinition, Function,
        FunctionSection, LinkingSection, MemorySection, MemoryType, Module, SymbolTable,
        TypeSection,
    };

    /// A file as the linker writes it: the code refers to the second of three objects by this address, and the second to the
    /// first.
    fn linked(said: u32) -> Vec<u8> {
        let mut module = Module::new();
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut functions = FunctionSection::new();
        functions.function(0);
        let mut memories = MemorySection::new();
        memories.memory(MemoryType {
            minimum: 1,
            maximum: None,
            memory64: false,
            shared: false,
            page_size_log2: None,
        });
        let mut code = CodeSection::new();
        let mut function = Function::new([]);
        // i32.const in five bytes, drop, end: the number is four bytes behind the section's beginning.
        let number =
            (0..5).map(|at| (said >> (7 * at)) as u8 & 0x7f | if at < 4 { 0x80 } else { 0 });
        function.raw([0x41].into_iter().chain(number).chain([0x1a, 0x0b]));
        code.function(&function);
        let mut data = DataSection::new();
        let objects = [7, 1024, 0, 9].map(u32::to_le_bytes).concat();
        data.active(0, &ConstExpr::i32_const(1024), objects);
        module
            .section(&types)
            .section(&functions)
            .section(&memories)
            .section(&code)
            .section(&data);

        let mut symbols = SymbolTable::new();
        for (name, offset, size) in [("a", 0, 4), ("b", 4, 8), ("c", 12, 4)] {
            symbols.data(
                0,
                name,
                Some(DataSymbolDefinition {
                    index: 0,
                    offset,
                    size,
                }),
            );
        }
        let mut linking = LinkingSection::new();
        linking.symbol_table(&symbols);
        module.section(&linking);
        // The names of segments come after the symbols, as the linker has them: `.rodata`.
        let mut infos = vec![2, 5, 11, 1, 7];
        infos.extend(b".rodata");
        infos.extend([0, 0]);
        module.section(&CustomSection {
            name: "linking".into(),
            data: infos.into(),
        });
        let (leb, word) = (4, 5);
        for (name, section, kind, place, symbol) in
            [("reloc.CODE", 3, leb, 4, 1), ("reloc.DATA", 4, word, 11, 0)]
        {
            let data = vec![section, 1, kind, place, symbol, 0];
            module.section(&CustomSection {
                name: name.into(),
                data: data.into(),
            });
        }
        module.finish()
    }

    fn only(object: Range<u32>) -> Vec<Range<u32>> {
        std::iter::once(object).collect()
    }

    #[test]
    fn what_is_referred_to_is_in_reach_and_what_that_refers_to() {
        let addresses = super::addresses(&linked(1028)).unwrap();
        assert_eq!(addresses.out_of_reach([]), only(1024..1040));
        assert_eq!(
            addresses.out_of_reach([1024]),
            only(1024..1040),
            "no address in code"
        );
        assert_eq!(addresses.out_of_reach([5, 1028]), only(1036..1040));
    }

    #[test]
    fn a_file_that_is_not_understood_is_refused() {
        assert!(addresses(&linked(1032)).is_err(), "another address");
        assert!(addresses(&Module::new().finish()).is_err(), "no symbols");
        assert!(addresses(b"<!doctype html>").is_err());
    }
}
