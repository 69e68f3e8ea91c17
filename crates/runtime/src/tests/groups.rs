//! Task groups: the cases of CPython's `test_taskgroups`.
//!
//! Each test is named after its original; its lines are those that CPython 3.13 prints.

use super::*;

/// A group around this body.
async fn group<Fut>(cx: Cx, body: impl FnOnce(Cx, TaskGroup) -> Fut) -> Result<()>
where
    Fut: Future<Output = Result<()>> + 'static,
{
    let own = cx.clone();
    cx.task_group(|group| body(own, group)).await
}

/// A task that only runs such a group.
fn runner<Fut>(cx: &Cx, body: impl FnOnce(Cx, TaskGroup) -> Fut + 'static) -> Handle<()>
where
    Fut: Future<Output = Result<()>> + 'static,
{
    cx.spawn("runner", |cx| group(cx, body))
}

#[test]
fn taskgroup_07() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, group| async move {
            for _ in 0..2 {
                group.spawn("child", |cx| tells(cx, "child", 10.0))?;
            }
            tells(cx, "body", 10.0).await
        });
        cancelled_after(&cx, 0.1, runner).await;
        Ok(())
    });
    assert_eq!(
        lines,
        [
            "0.1 body told",
            "0.1 child told",
            "0.1 child told",
            "0.1 cancelled"
        ]
    );
}

#[test]
fn taskgroup_10() {
    let lines = log(|cx| async move {
        let child = Rc::new(Cell::new(None));
        let kept = Rc::clone(&child);
        let group = group(cx.clone(), |_, group| async move {
            kept.set(Some(group.spawn("child", |cx| tells(cx, "child", 10.0))?));
            Err(failed("zde"))
        });
        cx.print(words(&group.await));
        cx.print(child.take().is_some_and(|child| child.is_cancelled()));
        Ok(())
    });
    assert_eq!(lines, ["0 [zde]", "0 true"]);
}

#[test]
fn taskgroup_11() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, _outer| {
            group(cx, |cx, inner| async move {
                for _ in 0..2 {
                    inner.spawn("breaks", breaks)?;
                }
                sleeps(cx, 10.0).await
            })
        });
        cancelled_after(&cx, 0.1, runner).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 [[zde, zde]]"]);
}

#[test]
fn taskgroup_12() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, outer| async move {
            outer.spawn("sibling", |cx| tells(cx, "sibling", 10.0))?;
            let inner = group(cx, |cx, inner| async move {
                for _ in 0..2 {
                    inner.spawn("breaks", breaks)?;
                }
                sleeps(cx, 10.0).await
            });
            inner.await
        });
        cancelled_after(&cx, 0.1, runner).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 sibling told", "0.1 [[zde, zde]]"]);
}

#[test]
fn taskgroup_13() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, outer| async move {
            outer.spawn("crash", |cx| crash(cx, 0.1, "zde"))?;
            let inner = group(cx, |_, inner| async move {
                inner.spawn("inner", |cx| tells(cx, "inner", 10.0))?;
                Ok(())
            });
            inner.await
        });
        cx.print(words(&runner.await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 inner told", "0.1 [zde]"]);
}

#[test]
fn taskgroup_14() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, outer| async move {
            outer.spawn("outer", |cx| tells(cx, "outer", 10.0))?;
            let inner = group(cx, |_, inner| async move {
                inner.spawn("crash", |cx| crash(cx, 0.1, "zde"))?;
                Ok(())
            });
            inner.await
        });
        cx.print(words(&runner.await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 outer told", "0.1 [[zde]]"]);
}

/// The body of a group whose child fails while the body cleans up.
async fn slow_body(cx: Cx, group: TaskGroup) -> Result<()> {
    group.spawn("crash", |cx| crash(cx, 0.3, "zde"))?;
    let slept = cx.catch_cancel(sleeps(cx.clone(), 10.0)).await;
    if slept.is_err() {
        cx.print("body told");
        cx.sleep(0.5).await;
        cx.print("body cleaned");
    }
    slept
}

#[test]
fn taskgroup_15() {
    let lines = log(|cx| async move {
        cancelled_after(&cx, 0.1, runner(&cx, slow_body)).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 body told", "0.3 [zde]"]);
}

#[test]
fn taskgroup_16() {
    let lines = log(|cx| async move {
        let outer = cx.spawn("outer", |cx| async move { runner(&cx, slow_body).await });
        cancelled_after(&cx, 0.1, outer).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 body told", "0.3 [zde]"]);
}

#[test]
fn taskgroup_17() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, _group| tells(cx, "body", 10.0));
        cancelled_after(&cx, 0.1, runner).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 body told", "0.1 cancelled"]);
}

#[test]
fn taskgroup_18() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, _group| breaks(cx));
        cancelled_after(&cx, 0.1, runner).await;
        Ok(())
    });
    assert_eq!(lines, ["0.1 [zde]"]);
}

#[test]
fn taskgroup_19() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |cx, group| async move {
            group.spawn("crash", |cx| crash(cx, 0.1, "child"))?;
            breaks(cx).await
        });
        cx.print(words(&runner.await));
        Ok(())
    });
    assert_eq!(lines, ["0.1 [child, zde]"]);
}

#[test]
fn taskgroup_22() {
    let lines = log(|cx| async move {
        let runner = runner(&cx, |_, group| async move {
            group.spawn("a", |cx| tells(cx, "a", 1.0))?;
            group.spawn("b", |cx| tells(cx, "b", 2.0))?;
            Ok(())
        });
        cancelled_after(&cx, 0.05, runner).await;
        Ok(())
    });
    assert_eq!(lines, ["0.05 a told", "0.05 b told", "0.05 cancelled"]);
}

#[test]
fn taskgroup_23() {
    let lines = log(|cx| async move {
        let group = group(cx.clone(), |cx, group| async move {
            let mut all = Vec::new();
            let alive = |all: &[Handle<()>]| {
                cx.print(all.iter().filter(|task| !task.is_done()).count());
            };
            for count in 0..10 {
                cx.sleep(0.1).await;
                all.push(group.spawn("job", |cx| sleeps(cx, 0.3))?);
                if count == 5 {
                    alive(&all);
                }
            }
            cx.sleep(0.25).await;
            alive(&all);
            Ok(())
        });
        group.await?;
        cx.print("left");
        Ok(())
    });
    assert_eq!(lines, ["0.6 3", "1.25 1", "1.3 left"]);
}

#[test]
fn taskgroup_24() {
    let lines = log(|cx| async move {
        let group = group(cx.clone(), |_, group| async move {
            let own = group.clone();
            group.spawn("root", |cx| async move {
                cx.sleep(0.1).await;
                own.spawn("a", |cx| sleeps(cx, 0.1))?;
                own.spawn("b", |cx| sleeps(cx, 0.2))?;
                Ok(())
            })?;
            Ok(())
        });
        group.await?;
        cx.print("left");
        Ok(())
    });
    assert_eq!(lines, ["0.3 left"]);
}

/// Starts a task that starts two more like itself, and then ends.
fn hydra(group: &TaskGroup, count: &Rc<Cell<u32>>) -> Result<()> {
    let (own, count) = (group.clone(), Rc::clone(count));
    group.spawn("hydra", |cx| async move {
        count.set(count.get() + 1);
        cx.sleep(0.01).await;
        hydra(&own, &count)?;
        hydra(&own, &count)
    })?;
    Ok(())
}

#[test]
fn taskgroup_25() {
    let lines = log(|cx| async move {
        let count = Rc::new(Cell::new(0));
        let heads = Rc::clone(&count);
        let group = group(cx.clone(), |_, group| async move {
            hydra(&group, &heads)?;
            group.spawn("hercules", |cx| async move {
                while heads.get() < 10 {
                    cx.sleep(0.015).await;
                }
                Err::<(), _>(failed("zde"))
            })?;
            Ok(())
        });
        cx.print(words(&group.await));
        cx.print(count.get());
        Ok(())
    });
    assert_eq!(lines, ["0.045 [zde]", "0.045 31"]);
}

#[test]
fn taskgroup_context_manager_exit_raises() {
    let lines = log(|cx| async move {
        let runner = cx.spawn("runner", |cx| async move {
            let group = group(cx.clone(), |cx, group| async move {
                group.spawn("fails", |_| async { Err::<(), _>(failed("child")) })?;
                let _slept = cx.catch_cancel(sleeps(cx.clone(), 1.0)).await;
                Err(failed("exit"))
            });
            cx.print(words(&group.await));
            cx.print(cx.cancelling());
            Ok(())
        });
        runner.await
    });
    assert_eq!(lines, ["0 [child, exit]", "0 0"]);
}

#[test]
fn cancelling_level_preserved() {
    let lines = log(|cx| async move {
        let group = group(cx.clone(), |_, group| async move {
            group.spawn("crash", |cx| crash(cx, 0.0, "zde"))?;
            Ok(())
        });
        cx.print(words(&group.await));
        cx.print(cx.cancelling());
        Ok(())
    });
    assert_eq!(lines, ["0 [zde]", "0 0"]);
}

#[test]
fn nested_groups_both_cancelled() {
    let lines = log(|cx| async move {
        let outer = group(cx.clone(), |cx, outer| async move {
            let inner = group(cx.clone(), |_, inner| async move {
                inner.spawn("inner", |cx| crash(cx, 0.0, "inner"))?;
                outer.spawn("outer", |cx| crash(cx, 0.0, "outer"))?;
                Ok(())
            });
            let inner = inner.await;
            cx.print(format!("{} {}", words(&inner), cx.cancelling()));
            Ok(())
        });
        let outer = outer.await;
        cx.print(format!("{} {}", words(&outer), cx.cancelling()));
        Ok(())
    });
    assert_eq!(lines, ["0 [inner] 1", "0 [outer] 0"]);
}

#[test]
fn error_and_cancel() {
    let lines = log(|cx| async move {
        let event = Event::new();
        let own = event.clone();
        let inner = cx.spawn("inner", |cx| async move {
            let group = group(cx.clone(), |cx, group| async move {
                group.spawn("fails", |cx| async move {
                    own.set(&cx);
                    crash(cx, 0.0, "zde").await
                })?;
                cx.sleep(1.0).await;
                cx.print("not reached");
                Ok(())
            });
            let group = group.await;
            cx.print(format!("{} {}", words(&group), cx.cancelling()));
            cx.sleep(1.0).await;
            cx.print("not reached");
            Ok(())
        });
        event.wait(&cx).await;
        inner.cancel();
        cx.print(words(&inner.await));
        Ok(())
    });
    assert_eq!(lines, ["0 [zde] 1", "0 cancelled"]);
}
