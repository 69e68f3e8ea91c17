//! Tables and files of a run that has a database and a disk: the calls of the ports, and the effects of their answers.

use super::clocks::wall;
use super::*;
use serde_json::json;

const USERS: Schema = Schema {
    database: "test",
    table: "users",
    unique: Some("name"),
};

/// A database and a disk that log their calls. They answer immediately, or never.
#[derive(Default)]
struct Desk {
    statements: RefCell<Vec<Statement>>,
    changes: RefCell<Vec<String>>,
    /// The answer; if `None`, there is never one.
    answer: RefCell<Option<std::result::Result<Vec<Row>, String>>>,
    dropped: Rc<Cell<usize>>,
}

/// A future that counts when it is dropped.
struct Counted<T>(Answered<T>, Rc<Cell<usize>>);

impl<T> Future for Counted<T> {
    type Output = std::result::Result<T, String>;

    fn poll(
        mut self: std::pin::Pin<&mut Self>,
        cx: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Self::Output> {
        self.0.as_mut().poll(cx)
    }
}

impl<T> Drop for Counted<T> {
    fn drop(&mut self) {
        self.1.set(self.1.get() + 1);
    }
}

impl Desk {
    fn answered<T: 'static>(&self, answer: impl FnOnce(Vec<Row>) -> T) -> Answered<T> {
        let future: Answered<T> = match self.answer.borrow().clone() {
            Some(rows) => Box::pin(std::future::ready(rows.map(answer))),
            None => Box::pin(std::future::pending()),
        };
        Box::pin(Counted(future, Rc::clone(&self.dropped)))
    }
}

impl Database for Desk {
    fn transact(&self, statement: Statement) -> Answered<Vec<Row>> {
        self.statements.borrow_mut().push(statement);
        self.answered(|rows| rows)
    }
}

impl Files for Desk {
    fn change(&self, name: String, change: Change) -> Answered<Vec<u8>> {
        self.changes
            .borrow_mut()
            .push(format!("{name}: {change:?}"));
        self.answered(|_| b"content".into())
    }

    fn download(&self, name: String, request: Request, _: Report) -> Answered<()> {
        let words = format!("{name} from {}", request.url);
        self.changes.borrow_mut().push(words);
        self.answered(|_| ())
    }
}

fn row(value: Value) -> Row {
    value.as_object().cloned().unwrap_or_default()
}

/// A run on a desk that gives this answer.
fn on<Fut>(
    answer: Option<std::result::Result<Vec<Row>, String>>,
    program: impl FnOnce(Cx) -> Fut,
) -> (Runtime, Rc<Desk>)
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let desk = Rc::new(Desk {
        answer: RefCell::new(answer),
        ..Desk::default()
    });
    let (ports, _) = wall(0.0);
    let runtime = Runtime::new(Ports {
        database: Some(Rc::clone(&desk) as Rc<dyn Database>),
        files: Some(Rc::clone(&desk) as Rc<dyn Files>),
        ..ports
    });
    begin(&runtime, program);
    let _ = runtime.run_until(Time::ZERO, usize::MAX);
    (runtime, desk)
}

#[test]
fn a_table_asks_the_database_of_the_run() {
    let found = vec![row(json!({ "id": 4, "name": "a" }))];
    let (runtime, desk) = on(Some(Ok(found)), |cx| async move {
        let table = Table::new(USERS);
        // The rows of a fill get their keys before they reach the database.
        let rows = ["a", "b"].map(|name| row(json!({ "name": name })));
        table.fill(&cx, rows.into(), 1.0).await?;
        cx.print(format!("{:?}", table.insert(&cx, Vec::new(), 1.0).await?));
        cx.print(format!("{:?}", table.get(&cx, 4, 1.0).await?.is_some()));
        cx.print(table.increase(&cx, 4, "logins", 1, 1.0).await?);
        let rows = vec![row(json!({ "name": "a" })); 2];
        cx.print(words(&table.fill(&cx, rows, 1.0).await));
        Ok(())
    });
    let refused = "0 UNIQUE constraint failed: users.name";
    assert_eq!(prints(&runtime), ["0 [4]", "0 true", "0 1", refused]);
    let rows = [(1, "a"), (2, "b")].map(|(id, name)| row(json!({ "name": name, "id": id })));
    let expected = [
        Statement::Fill(rows.into()),
        Statement::Insert(Vec::new()),
        Statement::Get(4),
        Statement::Increase(4, "logins", 1),
    ];
    assert_eq!(*desk.statements.borrow(), expected);
}

#[test]
fn a_folder_asks_the_disk_of_the_run_and_knows_what_has_been_begun() {
    let (runtime, desk) = on(Some(Ok(Vec::new())), |cx| async move {
        let folder = Folder::new();
        folder.write(&cx, "a", b"x".into(), 1.0).await?;
        folder.append(&cx, "b", b"y".into(), 1.0).await?;
        let request = Request::for_status("https://a.org", 200, 1.0);
        folder.download(&cx, request, "c", Vec::new()).await?;
        let content = folder.read(&cx, "a", 1.0).await?;
        cx.print(String::from_utf8_lossy(&content));
        folder.remove(&cx, "a", 1.0).await?;
        cx.print(folder.names().join(" "));
        Ok(())
    });
    assert_eq!(prints(&runtime), ["0 content", "0 b c"]);
    let expected = [
        "a: Write([120])",
        "b: Append([121])",
        "c from https://a.org",
        "a: Read",
        "a: Remove",
    ];
    assert_eq!(*desk.changes.borrow(), expected);
}

#[test]
fn what_a_port_refuses_fails_the_task_in_its_words() {
    let full = "the storage is full".to_owned();
    let (runtime, _) = on(Some(Err(full)), |cx| async move {
        cx.print(words(&Table::new(USERS).get(&cx, 1, 0.0).await));
        cx.print(words(&Folder::new().read(&cx, "a", 0.0).await));
        Ok(())
    });
    let expected = ["0 the storage is full", "0 the storage is full"];
    assert_eq!(prints(&runtime), expected);
}

#[test]
fn a_run_that_is_stopped_drops_what_it_has_asked_for() {
    let (runtime, desk) = on(None, |cx| async move {
        let write = cx.spawn("write", |cx| async move {
            Folder::new().write(&cx, "a", Vec::new(), 0.0).await
        });
        Table::new(USERS).get(&cx, 1, 0.0).await?;
        write.await
    });
    assert_eq!(desk.dropped.get(), 0);
    let trace = runtime.trace().clone();
    let said = interleave_trace::describe(&trace, &Index::of(&trace), TaskId::MAIN);
    assert_eq!(said, "main waits for the storage");
    runtime.stop();
    assert_eq!(desk.dropped.get(), 2);
}
