//! Documents in memory, and those of a run that has a source for them.

use super::clocks::wall;
use super::*;

fn document(title: &str) -> Document {
    Document {
        kind: "HTML".to_owned(),
        title: title.to_owned(),
        links: 3,
        words: 20,
        text: String::new(),
    }
}

fn visit(url: &str, status: u16, document: Option<Document>) -> Visit {
    Visit {
        url: url.to_owned(),
        to: Server::Site,
        latency: 1.0,
        answer: Page {
            status,
            retry_after: (status == 429).then_some(2.0),
            document,
        },
    }
}

#[test]
fn what_has_come_is_kept_until_it_is_forgotten() {
    let printed = log(|cx| async move {
        let pages = Pages::new();
        let fine = visit("a", 200, Some(document("A")));
        let answer = pages.visit(&cx, fine.clone()).await?;
        cx.print(format!(
            "{} {:?}",
            answer.status,
            answer.document == fine.answer.document
        ));
        // Neither an error nor a malformed document is stored.
        let late = pages
            .visit(&cx, visit("b", 429, Some(document("B"))))
            .await?;
        cx.print(format!("{} {:?}", late.status, late.retry_after));
        pages.visit(&cx, visit("c", 200, None)).await?;
        // Nor a document whose visit is dropped before the answer.
        let cut = cx
            .timeout(0.5, pages.visit(&cx, visit("d", 200, Some(document("D")))))
            .await;
        cx.print(format!("{cut:?}"));
        for url in ["a", "b", "c", "d"] {
            let kept = pages.kept(&cx, url).await?;
            cx.print(format!("{url} {:?}", kept.map(|kept| kept.title)));
        }
        pages.clone().forget(&cx).await?;
        cx.print(format!("{:?}", pages.kept(&cx, "a").await?));
        Ok(())
    });
    assert_eq!(
        printed,
        [
            "1 200 true",
            "2 429 Some(2.0)",
            "3.5 Err(TimedOut)",
            "3.5 a Some(\"A\")",
            "3.5 b None",
            "3.5 c None",
            "3.5 d None",
            "3.5 None",
        ]
    );
}

/// A source that answers immediately, or never.
#[derive(Default)]
struct Desk {
    asked: RefCell<Vec<String>>,
    silent: bool,
}

impl Desk {
    fn answered<T: 'static>(
        &self,
        asked: String,
        answer: std::result::Result<T, String>,
    ) -> Answered<T> {
        self.asked.borrow_mut().push(asked);
        match self.silent {
            true => Box::pin(std::future::pending()),
            false => Box::pin(std::future::ready(answer)),
        }
    }
}

impl PageSource for Desk {
    fn visit(&self, visit: Visit, _: Report) -> Answered<Page> {
        self.answered(format!("visit {}", visit.url), Ok(visit.answer))
    }

    fn kept(&self, url: String) -> Answered<Option<Document>> {
        let kept = match &*url {
            "broken" => Err("storage is denied".to_owned()),
            _ => Ok((url == "a").then(|| document("A"))),
        };
        self.answered(format!("kept {url}"), kept)
    }

    fn forget(&self) -> Answered<()> {
        self.answered("forget".to_owned(), Ok(()))
    }
}

#[test]
fn a_source_is_asked_for_everything() {
    let desk = Rc::new(Desk::default());
    let (ports, _) = wall(0.0);
    let pages = Some(Rc::clone(&desk) as Rc<dyn PageSource>);
    let runtime = Runtime::new(Ports { pages, ..ports });
    begin(&runtime, |cx| async move {
        let pages = Pages::new();
        pages.forget(&cx).await?;
        let answer = pages.visit(&cx, visit("b", 503, None)).await?;
        let kept = pages.kept(&cx, "a").await?.map(|kept| kept.title);
        let failed = pages.kept(&cx, "broken").await.map(drop);
        cx.print(format!("{} {kept:?} {failed:?}", answer.status));
        Ok(())
    });
    assert_eq!(runtime.run_until(Time::ZERO, usize::MAX), Status::Ended);
    assert_eq!(
        prints(&runtime),
        ["0 503 Some(\"A\") Err(Failed(\"storage is denied\"))"]
    );
    assert_eq!(
        *desk.asked.borrow(),
        ["forget", "visit b", "kept a", "kept broken"]
    );
}

#[test]
fn a_run_that_waits_for_its_source_is_no_deadlock() {
    let desk = Rc::new(Desk {
        silent: true,
        ..Desk::default()
    });
    let (ports, _) = wall(0.0);
    let pages = Some(Rc::clone(&desk) as Rc<dyn PageSource>);
    let runtime = Runtime::new(Ports { pages, ..ports });
    begin(&runtime, |cx| async move {
        Pages::new().kept(&cx, "a").await.map(drop)
    });
    assert_eq!(
        runtime.run_until(Time::ZERO, usize::MAX),
        Status::AwaitingIo
    );
}
