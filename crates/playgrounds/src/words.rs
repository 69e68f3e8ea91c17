//! The names and messages in a playground's sources, by which it is found. The build script reads them, so the sources
//! themselves need not come with the list.

/// What one finds a playground by.
pub struct Words {
    /// Names of Python: `asyncio.gather`, `time.sleep`, `run_in_executor`, `TimeoutError`, `async with`.
    pub python: Vec<String>,
    /// Names of Rust: what the program imports of the runtime, and the methods of its `Cx`.
    pub rust: Vec<String>,
    /// Messages of the errors that it raises.
    pub messages: Vec<String>,
}

/// Methods of texts, lists and dicts, which every program calls.
const COMMON: [&str; 18] = [
    "append",
    "clear",
    "endswith",
    "extend",
    "format",
    "get",
    "insert",
    "items",
    "join",
    "keys",
    "lower",
    "pop",
    "removeprefix",
    "replace",
    "split",
    "startswith",
    "strip",
    "values",
];

/// Statements that are searched for by name.
const STATEMENTS: [&str; 2] = ["async with", "async for"];

/// The words of the two sources of a playground.
pub fn of(rust: &str, python: &str) -> Words {
    Words {
        python: of_python(python),
        rust: of_rust(rust),
        messages: messages(python),
    }
}

fn of_python(source: &str) -> Vec<String> {
    let code: Vec<&str> = source
        .lines()
        .map(|line| line.split('#').next().unwrap_or_default())
        .collect();
    let imported = code.iter().filter_map(|line| line.strip_prefix("import "));
    let modules: Vec<&str> = imported
        .flat_map(|names| names.split(", "))
        .map(str::trim)
        .collect();
    let defined = |name: &str| {
        code.iter()
            .any(|line| line.contains(&format!("def {name}(")))
    };
    let mut found = Vec::new();
    let mut add = |name: String| {
        if !found.contains(&name) {
            found.push(name);
        }
    };
    for line in &code {
        for (owner, name, is_called) in accesses(line) {
            if modules.contains(&owner) {
                add(format!("{owner}.{name}"));
            } else if is_called
                && !COMMON.contains(&name)
                && !defined(name)
                && !name.starts_with('_')
            {
                add(name.to_owned());
            }
        }
        for word in line.split(|c: char| !is_of_name(c)) {
            if ["Error", "Exception", "ExceptionGroup", "Iteration"]
                .iter()
                .any(|end| word.ends_with(end))
            {
                add(word.to_owned());
            }
        }
        for statement in STATEMENTS {
            if line.trim_start().starts_with(statement) {
                add(statement.to_owned());
            }
        }
    }
    found
}

fn of_rust(source: &str) -> Vec<String> {
    let program = source.split("\n// The page").next().unwrap_or_default();
    let mut found: Vec<String> = Vec::new();
    let imported = program.split("use interleave_runtime::").skip(1);
    for names in imported.filter_map(|rest| rest.split(';').next()) {
        let names = names
            .split(|c: char| !is_of_name(c))
            .filter(|name| !["", "Cx", "Result"].contains(name));
        found.extend(names.map(str::to_owned));
    }
    for line in program
        .lines()
        .filter(|line| !line.trim_start().starts_with("//"))
    {
        for (owner, name, is_called) in accesses(line) {
            let name = format!("cx.{name}");
            if owner == "cx" && is_called && !found.contains(&name) {
                found.push(name);
            }
        }
    }
    found
}

/// The texts that are raised; what is put in at run time is left out of them.
fn messages(source: &str) -> Vec<String> {
    let raised = source
        .lines()
        .filter_map(|line| line.trim_start().strip_prefix("raise "));
    let texts = raised.filter_map(|raised| {
        let (_, text) = raised.split_once('"')?;
        let mut depth = 0;
        let plain = text.split('"').next()?.chars().filter(|&c| {
            depth += i32::from(c == '{');
            let is_plain = depth == 0;
            depth -= i32::from(c == '}');
            is_plain
        });
        Some(plain.collect::<String>().trim().to_owned())
    });
    texts.filter(|text| !text.is_empty()).collect()
}

/// Each `owner.name` on a line, and whether it is called.
fn accesses(line: &str) -> impl Iterator<Item = (&str, &str, bool)> {
    line.match_indices('.').filter_map(|(dot, _)| {
        let owner = line[..dot].rsplit(|c: char| !is_of_name(c)).next()?;
        let rest = &line[dot + 1..];
        let end = rest.find(|c: char| !is_of_name(c)).unwrap_or(rest.len());
        let name = &rest[..end];
        let is_name = name.starts_with(|c: char| c.is_alphabetic() || c == '_');
        is_name.then(|| (owner, name, rest[end..].starts_with('(')))
    })
}

fn is_of_name(c: char) -> bool {
    c.is_alphanumeric() || c == '_'
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_messages_of_sources_are_found() {
        let python = "import asyncio\nimport time\n\nclass A:\n    def go(self):\n        pass\n\n\
                      async def main(p):\n    async with asyncio.timeout(1):  # asyncio.gone\n        \
                      time.sleep(1)\n    except TaskError:\n    a.go()\n    names.append(1)\n    \
                      loop.run_in_executor(None)\n    raise OSError(f\"{key} is unavailable\")\n    raise other\n";
        let rust = "use interleave_runtime::{Cx, Result, gather};\n// cx.gone()\ncx.sleep(1.0).await;\ncx.name;\n\
                    // The page\ncx.hidden()\n";
        let words = of(rust, python);
        let expected = [
            "asyncio.timeout",
            "async with",
            "time.sleep",
            "TaskError",
            "run_in_executor",
            "OSError",
        ];
        assert_eq!(words.python, expected);
        assert_eq!(words.rust, ["gather", "cx.sleep"]);
        assert_eq!(words.messages, ["is unavailable"]);
    }
}
