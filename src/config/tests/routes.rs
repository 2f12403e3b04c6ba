use serde_json::json;

use super::{good, messages, route, wrong_route};
use crate::config::settings::{Action, Auth, TaskOption};

fn routes(paths: &[&str]) -> String {
    let routes = paths
        .iter()
        .map(|path| format!("[[route]]\nmethod = \"GET\"\npath = \"{path}\"\nreply = 1\n"));
    format!("[app]\nname = \"shop\"\n{}", routes.collect::<String>())
}

fn wrong_path(path: &str) -> String {
    messages(&routes(&[path]))
}

#[test]
fn a_route_can_leave_much_to_the_request() {
    let route = route(
        "method = \"POST\"\npath = \"/v1/{shop}/tasks/{task}\"\nauth = \"none\"\napi_key = false\n\
         tasks = [\"a.b\", \"c\"]\noptions = [\"soft_time_limit\", \"eta\"]\ngroup = \"path.shop\"",
    );
    assert_eq!((route.auth, route.api_key), (Auth::None, false));
    let Action::Task(task) = route.action else {
        panic!()
    };
    assert_eq!(task.names, ["a.b", "c"]);
    assert_eq!(task.options, [TaskOption::SoftTimeLimit, TaskOption::Eta]);
    assert_eq!(task.group.as_deref(), Some("path.shop"));
    assert_eq!((task.args, task.kwargs), (None, None));
}

/// A file that the function cannot start with would be noticed only by the first request.
#[test]
fn the_function_takes_what_is_written_for_it() {
    for visibility in [0, 30, 43_200] {
        let settings = good(&format!(
            "[app]\nname = \"shop\"\n[queue]\nvisibility_timeout = {visibility}\n\
             [[route]]\nmethod = \"GET\"\npath = \"/\"\nreply = {{ a = 1.5 }}\n\
             [[route]]\nmethod = \"ANY\"\npath = \"/{{task}}/{{rest+}}\"\ntasks = [\"a\", \"b\"]\n\
             options = [\"eta\", \"expires\", \"countdown\", \"task_id\", \"time_limit\", \"soft_time_limit\"]\n\
             group = \"path.rest\"\n\
             [[route]]\nmethod = \"POST\"\npath = \"/f\"\ntask = \"a\"\nkwargs = {{ b = [1] }}\n\
             group = \"header.X\"\n"
        ));
        let file = String::from_utf8(crate::routes_file::render(&settings)).unwrap();
        let read = gatewayq_routes::Routes::parse(&file).unwrap();
        assert_eq!(read.queue_visibility_timeout, visibility);
        assert_eq!(read.routes.len(), 3);
        assert_eq!(serde_json::to_string(&read).unwrap(), file);
    }
}

#[test]
fn values_keep_their_types_in_json() {
    let route = route(
        "method = \"GET\"\npath = \"/\"\ntask = \"t\"\nargs = [0xff, 1.5, \"ü\", true, [], 18446744073709551615]\n\
         kwargs = { a = { b = [1] }, __type__ = 1 }\ngroup = \"header.X-Customer\"",
    );
    let Action::Task(task) = route.action else {
        panic!()
    };
    let wanted = json!([255, 1.5, "ü", true, [], u64::MAX]);
    assert_eq!(json!(task.args), wanted);
    assert_eq!(json!(task.kwargs), json!({"a": {"b": [1]}, "__type__": 1}));
}

#[test]
fn paths_that_aws_takes() {
    let paths = [
        "/",
        "/a",
        "/a/B-._:9",
        "/a/{x}",
        "/a/{x}/b",
        "/a/{x}/b/{y+}",
        "/c/{x+}",
        "/{top}",
    ];
    super::good(&routes(&paths));
}

#[test]
fn paths_that_aws_refuses() {
    assert_eq!(wrong_path("a"), "`path`: it has to begin with `/`");
    assert_eq!(
        wrong_path("/a/"),
        "`path`: a part between two slashes, or behind the last, is empty"
    );
    assert_eq!(
        wrong_path("/a b"),
        "`path`: the part `a b` is refused; allowed: letters, digits and `. _ - :`, or a variable \
         in braces"
    );
    assert_eq!(
        wrong_path("/{a/b}"),
        "`path`: the part `{a` is refused; allowed: letters, digits and `. _ - :`, or a variable \
         in braces"
    );
    assert_eq!(
        wrong_path("/{}"),
        "`path`: the part `{}` is refused; allowed: letters, digits and `. _ -` in the braces, \
         and perhaps a last `+`"
    );
    assert_eq!(
        wrong_path("/{a+}/b"),
        "`path`: `{a+}` takes all that follows, so it has to be last"
    );
    assert_eq!(
        wrong_path("/{a}/{a}"),
        "`path`: the variable `{a}` is there twice"
    );
    assert_eq!(
        wrong_path(&format!("/{}", "a".repeat(1024))),
        "`path`: allowed: at most 1024 characters"
    );
}

#[test]
fn routes_in_each_others_way() {
    assert_eq!(
        messages(&routes(&["/a", "/a"])),
        "GET /a is already in line 5; allowed: each method once on a path"
    );
    assert_eq!(
        messages(&routes(&["/a/{x}", "/a/{y}/b"])),
        "`{y}` stands where line 5 has `{x}`; API Gateway allows one variable at a place"
    );
    assert_eq!(
        messages(&routes(&["/{x}", "/{x+}"])),
        "`{x+}` stands where line 5 has `{x}`; API Gateway allows one variable at a place"
    );
    let any = routes(&["/a"]) + "[[route]]\nmethod = \"ANY\"\npath = \"/a\"\nreply = 1\n";
    super::good(&any);
}

#[test]
fn api_gateway_has_room_for_300() {
    let paths: Vec<String> = (0..299).map(|n| format!("/r{n}")).collect();
    let mut paths: Vec<&str> = paths.iter().map(String::as_str).collect();
    paths.push("/");
    super::good(&routes(&paths));
    paths.push("/more");
    assert_eq!(messages(&routes(&paths)), "301 routes; allowed: 1 to 300");
    let deep: Vec<String> = (0..150).map(|n| format!("/r{n}/x")).collect();
    let deep: Vec<&str> = deep.iter().map(String::as_str).collect();
    assert!(messages(&routes(&deep)).contains("need more than 300 resources"));
}

#[test]
fn a_route_does_one_thing() {
    let head = "method = \"PUT\"\npath = \"/\"\n";
    assert_eq!(
        wrong_route(head),
        "the route does nothing; allowed: one of `reply`, `task`, `tasks`"
    );
    assert_eq!(
        wrong_route(&format!("{head}reply = 1\ntask = \"a\"")),
        "`task` besides `reply`; allowed: one of `reply`, `task`, `tasks`"
    );
    assert_eq!(
        wrong_route(&format!("{head}reply = 1\nargs = []\ngroup = \"path.x\"")),
        "`args` only goes with `task` or `tasks`\n`group` only goes with `task` or `tasks`"
    );
    assert_eq!(
        wrong_route("reply = 1"),
        "`method` is missing in [[route]]\n`path` is missing in [[route]]"
    );
    assert_eq!(
        messages("[app]\nname = \"a\"\n[route]\nreply = 1"),
        "`route` is [route]; allowed: sections of their own: [[route]]"
    );
}

#[test]
fn tasks_that_would_not_run() {
    let put = |rest: &str| wrong_route(&format!("method = \"PUT\"\npath = \"/{{x}}\"\n{rest}"));
    assert_eq!(
        put("task = \"a b\""),
        "`task` is \"a b\"; allowed: the task's name: words of letters, digits, `_` and `-` with \
         dots between them, at most 255 characters"
    );
    assert_eq!(
        put("tasks = [\"a\"]"),
        "`tasks` needs a `{task}` in the path to choose by"
    );
    assert_eq!(
        put("tasks = []"),
        "`tasks` is []; allowed: a list of 1 to 200"
    );
    assert_eq!(
        put("task = \"a\"\ngroup = \"path.y\""),
        "`group` is \"path.y\", and the path has no `{y}`"
    );
    assert_eq!(
        put("task = \"a\"\ngroup = \"query.y\""),
        "`group` is \"query.y\"; allowed: body.FIELD (not with fixed arguments), header.NAME, \
         path.VARIABLE"
    );
    assert_eq!(
        put("task = \"a\"\nkwargs = {}\noptions = [\"eta\"]\ngroup = \"body.a\""),
        "`options` come from the body, and fixed arguments leave it unread\n`group` is in the \
         body, and fixed arguments leave it unread; allowed: header.NAME, path.VARIABLE"
    );
    assert_eq!(
        wrong_route("method = \"GET\"\npath = \"/\"\ntask = \"a\""),
        "a GET request has no body to take arguments from; allowed: fixed ones (`args = []` for \
         none), or another method"
    );
    assert_eq!(
        wrong_route("method = \"PUT\"\npath = \"/{task}\"\ntask = \"a\""),
        "`{task}` in the path chooses a name, so `tasks` has to list them"
    );
}

#[test]
fn arguments_that_json_or_the_worker_cannot_take() {
    let put = |rest: &str| {
        wrong_route(&format!(
            "method = \"PUT\"\npath = \"/\"\ntask = \"a\"\n{rest}"
        ))
    };
    assert_eq!(
        put("args = [1979-05-27]"),
        "`args` is 1979-05-27; allowed: a string in quotes, as JSON has no dates"
    );
    assert_eq!(
        put("kwargs = { a = inf }"),
        "`kwargs` is inf; allowed: a finite number, as JSON has no inf and no nan"
    );
    for infinite in ["1e400", "-1e400", "1.7976931348623159e308"] {
        let refused = format!(
            "`args` is {infinite}; allowed: a finite number, as JSON has no inf and no nan"
        );
        assert_eq!(put(&format!("args = [[{infinite}]]")), refused);
    }
    route("method = \"PUT\"\npath = \"/\"\ntask = \"a\"\nargs = [1.7976931348623157e308]");
    assert_eq!(
        put("args = [18446744073709551616]"),
        "`args` is 18446744073709551616; allowed: an integer of at most 64 bits"
    );
    assert_eq!(
        put("args = {}"),
        "`args` is {}; allowed: a list, as JSON can say it"
    );
    let typed = "has a table of just `__type__` and `__value__`";
    assert!(put("args = [[{ __type__ = 1, __value__ = 2 }]]").contains(typed));
    assert!(put("kwargs = { __value__ = 2, __type__ = 1 }").contains(typed));
    let long = format!("args = [\"{}\"]", "x".repeat(600_000));
    assert_eq!(
        put(&long),
        "the fixed arguments have 600011 bytes; allowed: 524288"
    );
}
