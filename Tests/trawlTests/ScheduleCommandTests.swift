import Foundation
import Testing

@Suite("Schedules on the command line", .serialized)
struct ScheduleCommandTests {
    private let scratch: ScratchFolder
    private var folder: String { scratch.url.path }

    init() throws {
        scratch = try ScratchFolder()
        for name in ["rules", "deployments"] {
            try FileManager.default.createDirectory(atPath: folder + "/" + name, withIntermediateDirectories: true)
        }
        try scratch.write(#"{"EventID":1,"Channel":"x","host":"a","_time":"2024-03-01T05:30:00Z"}"# + "\n", "a.jsonl")
    }

    private func rule(_ type: String, _ search: String) throws {
        try scratch.write(
            "name: of \(type)\nid: \(type)\ntype: \(type)\nstatus: production\nsearch: '\(search)'\n",
            "rules/\(type).yml")
    }

    private func deployment(_ type: String, _ cron: String, _ earliest: String, _ latest: String) throws {
        try scratch.write(
            "name: daily\ntype: \(type)\nscheduling:\n  cron_schedule: '\(cron)'\n  earliest_time: '\(earliest)'\n"
                + "  latest_time: '\(latest)'\n", "deployments/\(type).yml")
    }

    private func hunt(_ arguments: [String] = []) throws -> Program.Result {
        try Program.run(
            ["hunt", "--rules", folder + "/rules", "--deployments", folder + "/deployments", "--as-scheduled"]
                + arguments + [folder + "/a.jsonl"])
    }

    @Test("a schedule that is none concerns its detections only, and a run that sees nothing is skipped")
    func schedules() throws {
        for type in ["TTP", "Anomaly"] { try rule(type, "EventID=1 | stats count by host") }
        try deployment("TTP", "99 * * * *", "-70m@m", "-10m@m")
        try deployment("Anomaly", "0 */8 * * *", "@d", "now")
        let result = try hunt()
        #expect(result.status == 0)
        #expect(
            result.complaint.contains("trawl: of TTP: \(folder)/rules/TTP.yml: the schedule of the deployment daily: "))
        let findings = result.output.split(separator: "\n").filter { $0.contains("\"type\":\"finding\"") }
        #expect(findings.count == 2)
        #expect(findings.allSatisfy { $0.contains("\"name\":\"of Anomaly\"") })
        #expect(findings.map { $0.contains("\"run_time\":\"2024-03-01T08:00:00Z\"") } == [true, false])
        try deployment("Anomaly", "0 * * * *", "-10m", "-70m")
        let none = try hunt()
        #expect(none.status == 2)
        #expect(none.complaint.contains("the earliest time of a run is not before its latest time"))
    }

    @Test(
        "what tells the time tells that of the run",
        arguments: [
            "EventID=1 | eval n=now() | addinfo | table n info_min_time info_max_time info_search_time",
            "EventID=1 | eval n=now() | addinfo | stats count by n info_min_time info_max_time info_search_time",
            "EventID=1 | stats count by host | eval n=now() | addinfo",
            "EventID=1 | where _time < now() - 3600 | eval n=now() | addinfo",
        ])
    func times(search: String) throws {
        try rule("TTP", search)
        // 05:30 is seen by the runs of 08:00 and 09:00.
        try deployment("TTP", "0 8,9 * * *", "-4h", "-1h")
        let result = try hunt(["--now", "2030-01-01"])
        let findings = result.output.split(separator: "\n").filter { $0.contains("\"type\":\"finding\"") }
        #expect(findings.count == 2, "\(result.output) \(result.complaint)")
        for (finding, run) in zip(findings, [1_709_280_000, 1_709_283_600]) {
            #expect(finding.contains("\"n\":\(run)") || finding.contains("\"n\":\"\(run)\""), "\(finding)")
            for (name, time) in [("min", run - 14_400), ("max", run - 3_600), ("search", run)] {
                let value = finding.split(separator: "\"info_\(name)_time\":").last?.drop { $0 == "\"" }
                #expect(value?.hasPrefix("\(time)") == true, "\(name): \(finding)")
            }
        }
    }

    /// The rows of a rule's findings, with the run behind them.
    private func rows(_ result: Program.Result, of type: String) -> [String] {
        result.output.split(separator: "\n").filter {
            $0.contains("\"name\":\"of \(type)\"") && $0.contains("\"finding\"")
        }
        .map { String($0.split(separator: "\"row\":").last?.dropLast() ?? "") }
        .map { $0.replacing("\"", with: "") }
    }

    private func twoHours() throws {
        try scratch.write(
            ["00:15", "00:45", "01:45"].map {
                #"{"EventID":1,"Channel":"x","host":"a","_time":"2024-01-31T\#($0):00Z"}"# + "\n"
            }.joined(), "a.jsonl")
        for type in ["TTP", "Correlation", "Anomaly"] { try deployment(type, "0 * * * *", "-60m@m", "@m") }
    }

    @Test("a search over risk sees in each run the risk of its window, or of the times that it names itself")
    func risk() throws {
        try twoHours()
        try scratch.write(
            """
            name: hosts
            id: hosts
            type: TTP
            status: production
            search: 'EventID=1 | stats count by host _time'
            rba: {message: x, risk_objects: [{field: host, type: system, score: 10}]}

            """, "rules/hosts.yml")
        try rule("Correlation", "index=risk | stats count sum(risk_score) AS score by risk_object")
        try rule("Anomaly", "index=risk earliest=-1d@d latest=now | stats count by risk_object")
        try scratch.write(
            "name: risky\ntype: TTP\nscheduling: {cron_schedule: '0 * * * *', earliest_time: -60m@m, latest_time: '@m'}\n"
                + "alert_action: {rba: {enabled: true}}\n", "deployments/TTP.yml")
        let result = try hunt()
        let windows = [
            "window_earliest:2024-01-31T00:00:00Z,window_latest:2024-01-31T01:00:00Z,run_time:2024-01-31T01:00:00Z}",
            "window_earliest:2024-01-31T01:00:00Z,window_latest:2024-01-31T02:00:00Z,run_time:2024-01-31T02:00:00Z}",
        ]
        #expect(
            rows(result, of: "Correlation") == [
                "{risk_object:a,count:2,score:20," + windows[0], "{risk_object:a,count:1,score:10," + windows[1],
            ])
        let byItself = rows(result, of: "Anomaly")
        #expect(byItself.prefix(3).map { $0.split(separator: ",")[1] } == ["count:2", "count:3", "count:3"])
        // The last run that sees yesterday from its beginning on.
        #expect(byItself.last?.hasSuffix("run_time:2024-02-01T23:00:00Z}") == true, "\(byItself.last ?? "")")
    }

    @Test("times that a search names are counted from each run, and go before those of the schedule")
    func inlineTimes() throws {
        try twoHours()
        try rule("TTP", "EventID=1 earliest=-30m@m | stats count by host")
        try rule(
            "Anomaly",
            "EventID=1 | stats count by host | join host [search EventID=1 earliest=-7d@d | stats count AS week by host]"
        )
        let result = try hunt()
        #expect(
            rows(result, of: "TTP").map { $0.replacing("window_", with: "") } == [
                "{host:a,count:1,earliest:2024-01-31T00:30:00Z,latest:2024-01-31T01:00:00Z,run_time:2024-01-31T01:00:00Z}",
                "{host:a,count:1,earliest:2024-01-31T01:30:00Z,latest:2024-01-31T02:00:00Z,run_time:2024-01-31T02:00:00Z}",
            ])
        #expect(
            rows(result, of: "Anomaly").map { $0.split(separator: ",window").first } == [
                "{host:a,count:2,week:2", "{host:a,count:1,week:3",
            ])
    }

    @Test(
        "searches side by side run in the windows of those inside; a condition that differs from run to run is refused")
    func insideSearches() throws {
        try twoHours()
        try rule("TTP", "| union [search EventID=1 | stats count by host]")
        try rule("Anomaly", "EventID=1 [search EventID=1 | return host] | stats count by host")
        let result = try hunt(["--rule-status"])
        #expect(rows(result, of: "TTP").map { $0.split(separator: ",")[1] } == ["count:2", "count:1"])
        #expect(rows(result, of: "Anomaly") == [])
        #expect(result.output.contains("is another one in each run of its schedule"), "\(result.output)")
    }

    @Test("risk and notable events are those of the findings that a limit leaves")
    func limit() throws {
        try scratch.write(
            (0..<5).map { #"{"EventID":1,"Channel":"x","host":"h\#($0)","_time":"2024-03-01T05:30:00Z"}"# + "\n" }
                .joined(), "a.jsonl")
        try scratch.write(
            """
            name: hosts
            id: hosts
            type: TTP
            status: production
            search: 'EventID=1 | stats count by host'
            rba:
              message: x on $host$
              risk_objects:
              - field: host
                type: system
                score: 10

            """, "rules/hosts.yml")
        func counts(_ arguments: [String]) throws -> [String: Int] {
            let result = try Program.run(
                ["hunt", "--rules", folder + "/rules", "--risk", "--notables"] + arguments + [folder + "/a.jsonl"])
            let types = result.output.split(separator: "\n").compactMap { $0.split(separator: "\"").dropFirst(3).first }
            return Dictionary(types.map { (String($0), 1) }, uniquingKeysWith: +)
        }
        #expect(try counts([]) == ["finding": 5, "risk": 5, "notable": 5, "summary": 1])
        #expect(try counts(["--limit", "2"]) == ["finding": 2, "risk": 2, "notable": 2, "limit": 1, "summary": 1])
    }

    @Test("an interrupt ends a hunt whose reader takes nothing")
    func interrupted() throws {
        try scratch.write(String(repeating: #"{"EventID":1,"Channel":"x","host":"a"}"# + "\n", count: 5_000), "a.jsonl")
        let script = #"""
            mkfifo "$1/pipe"
            sleep 6 < "$1/pipe" & reader=$!
            "$0" search EventID=1 "$1/a.jsonl" > "$1/pipe" & job=$!
            sleep 3; begin=$(date +%s%N)
            kill -INT $job; wait $job; echo status $? $(( ($(date +%s%N) - begin) / 1000000 ))
            kill $reader
            """#
        let result = try Program.run(shell: script, [folder])
        let words = result.output.split(whereSeparator: \.isWhitespace)
        #expect(words.prefix(2) == ["status", "1"], "\(result.output)")
        #expect(words.last.flatMap { Int($0) }.map { $0 < 1_500 } == true, "\(result.output)")
        #expect(result.complaint.contains("stopped while its reader took nothing"), "\(result.complaint)")
    }
}
