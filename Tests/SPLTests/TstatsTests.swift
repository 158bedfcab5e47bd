import Aggregation
import Matching
import Pipeline
import Testing
import Values

@testable import SPL

@Suite("tstats")
struct TstatsTests {
    private func grouping(_ text: String) throws -> Grouping {
        guard case .stats(let grouping)? = try compile(text).plan.commands.first else { throw MissingCommand() }
        return grouping
    }

    @Test("reads a data model's dataset under its own field names")
    func dataset() throws {
        let compiled = try compile(
            """
            | tstats summariesonly=false allow_old_summaries=true fillnull_value=null count min(_time) as firstTime \
            values(Processes.process) from datamodel=Endpoint.Processes where Processes.process_name=a.exe \
            (Processes.user="*x*" OR processes.user=y) by _time span=1h Processes.dest, Processes.user
            """)
        #expect(
            compiled.plan
                == SearchPlan(
                    source: .dataset(model: "Endpoint", name: "Processes"),
                    filter: .all([
                        equals("process_name", "a.exe"), .any([equals("user", "*x*"), equals("processes.user", "y")]),
                    ]),
                    commands: [
                        .stats(
                            Grouping(
                                keys: [
                                    GroupKey(field: "_time", column: "_time", span: 3_600_000_000_000),
                                    GroupKey(field: "dest", column: "Processes.dest"),
                                    GroupKey(field: "user", column: "Processes.user"),
                                ],
                                functions: [
                                    AggregateCall(.count, column: "count"),
                                    AggregateCall(.minimum, field: "_time", column: "firstTime"),
                                    AggregateCall(.values, field: "process", column: "values(Processes.process)"),
                                ], fill: "null"))
                    ]))
    }

    @Test("takes its keywords in any case and ends its condition at by")
    func keywords() throws {
        let lower = try compile("| tstats count from datamodel=A.B where B.x=1 by B.y").plan
        #expect(try compile("| TSTATS count FROM datamodel = \"A.B\" WHERE (B.x=1)BY B.y").plan == lower)
        #expect(try compile("| tstats count from datamodel A.B where B.x=1 groupby B.y").plan == lower)
        #expect(try compile("| tstats count from datamodel=A.B where by B.y").plan.filter == .constant(true))
        #expect(try compile("| tstats count from datamodel=A.B").plan.commands.count == 1)
    }

    @Test("finds the dataset where only the model is named")
    func models() throws {
        func source(_ text: String) throws -> SearchPlan.Source {
            try compile("| tstats count from " + text).plan.source
        }
        #expect(try source("datamodel=Web by Web.url") == .dataset(model: "Web", name: "Web"))
        #expect(try source("datamodel=Change") == .dataset(model: "Change", name: "All_Changes"))
        for name in [
            #""Endpoint"."Processes""#, #""Endpoint.Processes""#, #"Endpoint."Processes""#, #""Endpoint".Processes"#,
        ] {
            let processes = SearchPlan.Source.dataset(model: "Endpoint", name: "Processes")
            #expect(try source("datamodel=\(name) by Processes.dest") == processes)
            #expect(try compile("| from datamodel:\(name) | head 1").plan.source == processes)
        }
        #expect(try source("datamodel=Endpoint by Registry.dest") == .dataset(model: "Endpoint", name: "Registry"))
        #expect(
            try source("datamodel=Network_Resolution where nodename=DNS DNS.x=1")
                == .dataset(model: "Network_Resolution", name: "DNS"))
        #expect(
            try source(
                "datamodel=UEBA where nodename=All_UEBA_Events.UEBA_Anomalies All_UEBA_Events.UEBA_Anomalies.x=1")
                == .dataset(model: "UEBA", name: "UEBA_Anomalies"))
        #expect(
            try grouping(
                "| tstats count from datamodel=Certificates.All_Certificates by All_Certificates.SSL.ssl_issuer"
            ).keys == [GroupKey(field: "ssl_issuer", column: "All_Certificates.SSL.ssl_issuer")])
        let child = try compile(
            "| tstats count from datamodel=Authentication where nodename=Authentication.Failed_Authentication Authentication.user=x by Failed_Authentication.src"
        ).plan
        #expect(child.source == .dataset(model: "Authentication", name: "Failed_Authentication"))
        #expect(child.filter == equals("user", "x"))
        #expect(
            try grouping("| tstats count from datamodel=Authentication.Failed_Authentication by Authentication.user")
                .keys == [GroupKey(field: "user", column: "Authentication.user")])
        #expect(try refusal("| tstats count from datamodel=A.B where nodename=x OR B.y=1").message.contains("OR"))
    }

    @Test("without a data model works on the events themselves")
    func events() throws {
        let plan = try compile("| tstats count where index=* sourcetype=x by host").plan
        #expect(plan.source == .events)
        #expect(plan.filter == equals("sourcetype", "x"))
    }

    @Test("keeps time bounds apart")
    func timeBounds() throws {
        #expect(
            try compile("| tstats count from datamodel=A.B where earliest=-1h B.x=1 by B.x").timeRange
                == TimeRange(earliest: "-1h"))
    }

    @Test(
        "reads spans of fixed length, on either side of _time",
        arguments: [
            ("span=1h _time", 3600.0), ("_time span=10m", 600), ("_time, span = 30s", 30), ("_time B.x span=1d", 86400),
            ("_time span=2w", 1_209_600), ("_time span=250ms", 0.25), ("_time span=5", 5), ("_time span=1hour", 3600),
        ])
    func spans(text: String, seconds: Double) throws {
        let keys = try grouping("| tstats count from datamodel=A.B by \(text)").keys
        #expect(keys.first { $0.column == "_time" }?.span == Int64(seconds * 1e9))
    }

    @Test(
        "is refused where it asks for too much",
        arguments: [
            ("prestats=true count", 10), ("append=t count", 10), ("nonsense=1 count", 10), ("count from sid=5", 21),
            ("count(eval(x=1)) from datamodel=A.B", 16), ("count from datamodel=A.B by B.x where B.y=1", 42),
            ("count from datamodel=A.B by _time span=1mon", 49), ("count from datamodel=A.B by B.x span=1h", 42),
            ("count from datamodel=A.B by PREFIX(x)", 38), ("sum(PREFIX(x))", 14), ("from datamodel=A.B", 28),
            ("count from datamodel=", 21), ("count from datamodel=A.B B.x=1", 35), ("summariesonly=perhaps count", 24),
            ("values count", 10), ("count as B.x from datamodel=A.B by B.x", 48), ("count where nodename=x", 22),
        ])
    func refusals(text: String, column: Int) throws {
        let error = try refusal("| tstats " + text)
        #expect(error.column == column, "\(text): \(error)")
        #expect(error.command == "tstats")
    }
}
