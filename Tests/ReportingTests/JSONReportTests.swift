import Detections
import Foundation
import Hunting
import Testing
import Values

@testable import Reporting

@Suite("JSON Lines and JSON")
struct JSONReportTests {
    private func object(_ line: some StringProtocol) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any])
    }

    private func lines(_ report: HuntReport, listsRules: Bool = false) throws -> [String] {
        var options = ReportOptions()
        options.listsRules = listsRules
        return try SampleReports.text(report, .jsonl, options).split(separator: "\n").map(String.init)
    }

    @Test("each record has the keys and the order that programs rely on")
    func records() throws {
        var report = SampleReports.lateralMovement()
        report.rules[0].findings = Findings(
            RowSet(
                columns: ["dest", "user", "count", "process"],
                rows: [["ws-014", .missing, 2, .multivalue(["sc.exe", "a \"b\""])]]))
        report.matches = [
            MatchedEvent(
                rule: SampleReports.quiet, archive: "a.json", line: 7, offset: 99, event: "{\"EventID\": 1, \"x\": []}")
        ]
        report.alerts = [
            Alert(kind: .risk, rule: SampleReports.lateral, fields: [("risk_object", "ws-014"), ("risk_score", 64)]),
            Alert(kind: .notable, rule: SampleReports.lateral, fields: [("title", "T"), ("user", .missing)]),
        ]
        report.limits = [ReachedLimit(rule: SampleReports.lateral, reason: "only the first 5 were kept")]
        report.summary.limited = 1
        let rule =
            #""rule":{"id":"7d1c0a52-6f0c-4f0e-9d5b-1f6e5a0c3b11","name":"Remote Service Started From Shell","kind":"escu"}"#
        let expected = [
            #"{"type":"finding","# + rule + #","row":{"dest":"ws-014","count":2,"process":["sc.exe","a \"b\""]}}"#,
            #"{"type":"match","rule":{"id":"b0a4","name":"Odd Archive Tool","kind":"sigma"},"archive":"a.json","line":7,"#
                + #""offset":99,"event":{"EventID": 1, "x": []}}"#,
            #"{"type":"risk","# + rule + #","row":{"risk_object":"ws-014","risk_score":64}}"#,
            #"{"type":"notable","# + rule + #","row":{"title":"T"}}"#,
            #"{"type":"malformed","archive":"logs/a.json.zst","line":12,"offset":3456,"#
                + #""reason":"ends before the object does"}"#,
            #"{"type":"damaged","archive":"logs/b.json.gz","offset":1048576,"reason":"the checksum differs"}"#,
            #"{"type":"limit","# + rule + #","reason":"only the first 5 were kept"}"#,
            #"{"type":"summary","archives":85,"bytes_read":21300000,"bytes_scanned":1160000000,"lines":459513,"#
                + #""events":459484,"malformed":28,"matched_events":3,"findings":2,"rules":2,"seconds":0.08,"blank":1,"#
                + #""parsed":1204,"recovered":0,"passes":1,"damaged":1,"without_time":0,"out_of_range":0,"unread":0,"limited":1,"#
                + #""unsupported":0,"invalid":0,"not_gated":0,"interrupted":false}"#,
        ]
        #expect(try lines(report) == expected)
    }

    @Test("half a surrogate pair in an event is written as U+FFFD, in every format, and whole pairs stay")
    func surrogates() throws {
        for (written, told) in [
            (#"{"a":"\ud800"}"#, #"{"a":"\ufffd"}"#), (#"{"a":"\uDC00x"}"#, #"{"a":"\ufffdx"}"#),
            (#"{"a":"\ud83d\ude00"}"#, #"{"a":"\ud83d\ude00"}"#), (#"{"a":"\\ud800"}"#, #"{"a":"\\ud800"}"#),
            (#"{"a":"\ud800\ud83d\ude00\ud8"}"#, #"{"a":"\ufffd\ud83d\ude00\ud8"}"#),
            (#"{"a":"\ud800\n","\udfff":1}"#, #"{"a":"\ufffd\n","\ufffd":1}"#),
            (#"{"a":"\\\ud800"}"#, #"{"a":"\\\ufffd"}"#),
        ] {
            var report = HuntReport()
            report.matches = [
                MatchedEvent(
                    rule: SampleReports.quiet, archive: "a", line: 1, offset: 0, event: Text(bytes: Array(written.utf8))
                )
            ]
            #expect(try lines(report)[0].hasSuffix(#""event":\#(told)}"#), "\(written)")
            #expect(try SampleReports.text(report, .json).contains(#""event":\#(told)}"#), "\(written)")
        }
    }

    @Test("of archives that a stopped hunt has not read whole the first hundred are named")
    func unread() throws {
        var report = HuntReport()
        report.unread = (0..<150).map { "a\($0).jsonl" }
        report.summary.unread = 150
        let records = try lines(report).filter { $0.hasPrefix(#"{"type":"unread","#) }
        #expect(records.count == 100 && records.last == #"{"type":"unread","archive":"a99.jsonl"}"#)
        let document = try object(try SampleReports.text(report, .json))
        #expect((document["unread"] as? [[String: String]])?.count == 100)
        #expect(try object(try SampleReports.text(HuntReport(), .json))["unread"] == nil)
    }

    @Test("rows of any number come in their order, and none twice", arguments: [0, 1, 3, 500, 40_000])
    func manyRows(count: Int) throws {
        var report = HuntReport()
        for (name, first) in [("one", 0), ("two", count)] {
            var rule = RuleReport(rule: RuleIdentity(id: name, name: name, kind: .escu), status: .compiled)
            rule.findings = Findings(
                RowSet(columns: ["n", "gone"], rows: (first..<first + count).map { [.text(Text("\($0)")), .missing] }))
            report.rules.append(rule)
        }
        let found = try lines(report).dropLast().map { try object($0) }
        #expect(found.map { ($0["row"] as? [String: String])?["n"] } == (0..<2 * count).map { "\($0)" })
        let document = try object(try SampleReports.text(report, .json))
        let findings = try #require(document["findings"] as? [[String: Any]])
        #expect(findings.map { ($0["row"] as? [String: String])?["n"] } == (0..<2 * count).map { "\($0)" })
        let table = try SampleReports.text(report, .csv).split(separator: "\r\n").dropFirst()
        #expect(table.map { $0.split(separator: ",")[2] } == (0..<2 * count).map { "\($0)" })
    }

    @Test("rules are listed first, with their status and the reason, where that is asked for")
    func rules() throws {
        let report = SampleReports.lateralMovement()
        let first = try lines(report, listsRules: true).prefix(3)
        #expect(
            first.last
                == #"{"type":"rule","rule":{"id":"c3","name":"Needs A Join","kind":"escu"},"status":"unsupported","#
                + #""reason":"needs-a-join.yml: column 14: join: not supported"}"#)
        let compiled = try object(try #require(first.first))
        #expect(compiled["status"] as? String == "compiled")
        #expect(try !lines(report).contains { $0.contains(#""type":"rule""#) })
    }

    @Test("_time is text for programs, a computed time is a number")
    func time() throws {
        var report = HuntReport()
        var rule = RuleReport(rule: SampleReports.quiet, status: .compiled)
        rule.findings = Findings(
            RowSet(columns: ["_time", "firstTime"], rows: [[.number(1_714_558_500.25), 1_714_558_500]]))
        report.rules = [rule]
        #expect(try lines(report)[0].hasSuffix(#""row":{"_time":"1714558500.25","firstTime":1714558500}}"#))
    }

    @Test("strings have every character that acts escaped, and bytes that are no UTF-8 replaced")
    func escapes() {
        func json(_ bytes: [UInt8]) -> String {
            var writer = JSONWriter()
            writer.string(bytes)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        #expect(json(Array("a\"\\\u{8}\t\n\u{c}\r\u{0}\u{1b}".utf8)) == #""a\"\\\b\t\n\f\r\u0000\u001b""#)
        #expect(json(Array("\u{7f}\u{9b}\u{2028}\u{202e}\u{e0041}".utf8)) == #""\u007f\u009b\u2028\u202e\udb40\udc41""#)
        #expect(json(Array("日本 👩‍👩‍👧 é".utf8)) == "\"日本 👩‍👩‍👧 é\"")
        #expect(json([0x61, 0xFF, 0xE2, 0x82, 0x62]) == "\"a\u{FFFD}\u{FFFD}b\"")
    }

    @Test("an event is spliced as it stands but for what would act on a terminal")
    func splice() {
        func spliced(_ bytes: [UInt8]) -> String {
            var writer = JSONWriter()
            writer.raw(bytes)
            return String(decoding: writer.bytes, as: UTF8.self)
        }
        let event = #"{ "a" : "\u0041\/\\", "b":[1.0e5, null], "a":2}"#
        #expect(spliced(Array(event.utf8)) == event)
        #expect(spliced(Array("{\"a\":\t\"\u{7f}\u{9b}\u{202e}\"\r}".utf8)) == #"{"a": "\u007f\u009b\u202e" }"#)
        #expect(spliced(Array(#"{"a":""#.utf8) + [0xFF] + Array(#""}"#.utf8)) == "{\"a\":\"\u{FFFD}\"}")
    }

    @Test("decoding replaces what is no UTF-8 exactly where Swift does", arguments: 0..<200)
    func decoding(seed: UInt64) {
        var random = HostileContent(seed: seed)
        var bytes = random.bytes()
        for _ in 0..<4 where !bytes.isEmpty {
            bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
        }
        var scalars: [UInt32] = []
        var index = 0
        while index < bytes.count {
            let decoded = DecodedScalar(bytes, at: index)
            scalars.append(decoded.scalar)
            index += decoded.length
        }
        #expect(scalars == String(decoding: bytes, as: UTF8.self).unicodeScalars.map(\.value))
    }

    @Test("hostile content comes back from an independent parser as it went in", arguments: 0..<60)
    func hostile(seed: UInt64) throws {
        var random = HostileContent(seed: seed)
        let report = random.report()
        let text = try SampleReports.text(report, .jsonl)
        #expect(dangerousScalars(text) == [])
        #expect(!text.contains("\u{1b}"))
        let objects = try text.split(separator: "\n").map { try object($0) }
        #expect(objects.last?["type"] as? String == "summary")
        var findings = objects.filter { $0["type"] as? String == "finding" }[...]
        for rule in report.rules {
            for row in try rule.findings.rowSet(within: .max).set.rows {
                let found = try #require(findings.popFirst()?["row"] as? [String: Any])
                for (column, value) in zip(rule.findings.columns, row) {
                    switch value {
                    case .missing: #expect(found[column] == nil)
                    case .number(let number): #expect(found[column] as? Double == number)
                    case .text(let text): #expect(scalars(found[column] as? String) == scalars(text.string))
                    case .multivalue(let texts):
                        #expect((found[column] as? [String])?.map(scalars) == texts.map { scalars($0.string) })
                    }
                }
            }
        }
        #expect(findings.isEmpty)
    }

    private func scalars(_ string: String?) -> [UInt32]? { string?.unicodeScalars.map(\.value) }

    @Test("the JSON document is one object with an array for each kind of record", arguments: 0..<20)
    func document(seed: UInt64) throws {
        var random = HostileContent(seed: seed)
        let report = random.report()
        var options = ReportOptions()
        options.listsRules = true
        let text = try SampleReports.text(report, .json, options)
        #expect(dangerousScalars(text) == [])
        let document = try object(text)
        func count(_ name: String) -> Int? { (document[name] as? [Any])?.count }
        #expect(count("rules") == report.rules.count)
        #expect(count("findings") == report.rules.map(\.findings.count).reduce(0, +))
        #expect(count("matches") == report.matches.count)
        #expect(count("risk") == report.alerts.count { $0.kind == .risk })
        #expect(count("notables") == report.alerts.count { $0.kind == .notable })
        #expect(count("malformed") == report.malformed.count)
        #expect(count("damaged") == report.damage.count)
        #expect((document["summary"] as? [String: Any])?["malformed"] as? Int == 3)
    }

    @Test("a report of nothing is a summary, and a document of empty arrays")
    func nothing() throws {
        #expect(try lines(HuntReport()).count == 1)
        let document = try object(SampleReports.text(HuntReport(), .json))
        #expect((document["findings"] as? [Any])?.isEmpty == true)
        #expect(document["rules"] == nil)
    }
}
