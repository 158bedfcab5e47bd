import Events
import Foundation
import Testing

@testable import Schemas

@Suite("Logsources")
struct LogsourceTests {
    @Test("take the events that their gates name, and no others", arguments: try! LogsourceCase.all())
    func gates(_ each: LogsourceCase) throws {
        let schema = Schema.shared
        for line in each.event.lines {
            let found = try schema.logsources(of: line)
            #expect(found == each.logsources.sorted(), "\(line)")
        }
    }

    @Test("find the fields that rules name in every shape", arguments: try! LogsourceCase.all())
    func fields(_ each: LogsourceCase) throws {
        let schema = Schema.shared
        for (view, wanted) in each.values {
            for (line, found) in try schema.read(each.event.lines, view, wanted.map(\.0)) {
                for (name, text) in wanted { #expect(found[name]?.text == text, "\(name) in \(line)") }
            }
        }
    }

    @Test("are found by what a rule names, without regard to case")
    func names() throws {
        let schema = Schema.shared
        for (product, category, service, name) in [
            ("windows", "process_creation", nil, "product=windows category=process_creation"),
            ("Windows", nil, "SECURITY", "product=windows service=security"),
            ("windows", "antivirus", nil, "category=antivirus"), (nil, "antivirus", nil, "category=antivirus"),
            (
                "windows", "ps_script", "powershell",
                "product=windows category=ps_script + product=windows service=powershell"
            ),
            (nil, "process_creation", nil, nil), ("windows", "file_access", nil, nil),
            ("windows", nil, "dns-proxy", nil), ("windows", nil, nil, nil), (nil, nil, nil, nil),
            ("windows", "ps_script", "dns-proxy", nil), ("windows", "file_rename", "security", nil),
            ("nowhere", "process_creation", nil, nil),
        ] as [(String?, String?, String?, String?)] {
            #expect(schema.logsource(product: product, category: category, service: service) == name)
        }
    }

    @Test("of a category and a service take what both take")
    func both() throws {
        let schema = Schema.shared
        let sysmon = #"{"EventID":1,"Channel":"Microsoft-Windows-Sysmon/Operational","Image":"C:\\a"}"#
        let audit = #"{"EventID":4688,"Channel":"Security","NewProcessName":"C:\\b"}"#
        let name = try #require(schema.logsource(product: "windows", category: "process_creation", service: "security"))
        #expect(try schema.read(sysmon, name, ["Image"])["Image"] == nil)
        #expect(try schema.read(audit, name, ["Image"])["Image"]?.text == #"C:\b"#)
    }

    @Test("tell null, empty, missing and what holds nothing apart, in every shape")
    func presence() throws {
        let schema = Schema.shared
        let name = "product=windows service=sysmon"
        let data = #""N":null,"E":"","L":[],"O":{},"T":"x","A":["","y"],"Z":[null],"B":false,"P":{"Q":1}"#
        let header = #""Channel":"Microsoft-Windows-Sysmon/Operational""#
        for line in [
            "{\"EventID\":5,\(header),\(data)}",
            "{\"Event\":{\"System\":{\"EventID\":5,\(header)},\"EventData\":{\(data)}}}",
            "{\"Event\":{\"System\":{\"EventID\":5,\(header)},\"UserData\":{\"X\":{\(data)}}}}",
            "{\"winlog\":{\"event_id\":5,\"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"event_data\":{\(data)}}}",
            "{\"winlog\":{\"event_id\":5,\"channel\":\"Microsoft-Windows-Sysmon/Operational\",\"user_data\":{\(data)}}}",
            "{\"event_id\":5,\"log_name\":\"Microsoft-Windows-Sysmon/Operational\",\"event_data\":{\(data)}}",
            "{\"result\":{\"Event\":{\"System\":{\"EventID\":5,\(header)},\"EventData\":{\(data)}}}}",
            "{\"_source\":{\"EventID\":5,\(header),\(data)}}",
        ] {
            let found = try schema.read(line, name, ["N", "E", "L", "O", "T", "A", "Z", "B", "M", "P", "P.Q"])
            let kinds = found.mapValues {
                "\($0.exists ? 1 : 0)\($0.isGiven ? 1 : 0)\($0.hasEmptyText ? 1 : 0) \($0.text)"
            }
            let wanted = [
                "N": "100 ", "E": "111 ", "L": "100 ", "O": "000 ", "T": "110 x", "A": "111 y", "Z": "100 ",
                "B": "110 false", "M": "000 ", "P": "000 ", "P.Q": "110 1",
            ]
            for (name, kind) in wanted { #expect(kinds[name] == kind, "\(name) in \(line)") }
        }
    }

    @Test("have the event's data before its header, and an empty text or a null in the data hides the header's")
    func order() throws {
        let schema = Schema.shared
        let line =
            ##"{"Event":{"System":{"EventID":104,"Channel":"System","Computer":"h","Level":4,"Task":3,"Provider":"##
            + ##"{"#attributes":{"Name":"Eventlog","Guid":"g"}},"Execution":{"#attributes":{"ProcessID":7}}},"##
            + ##""UserData":{"LogFileCleared":{"Channel":"Application","Level":"","Task":null}}}}"##
        let found = try schema.read(
            line, "product=windows service=system",
            [
                "Channel", "Level", "Task", "Computer", "Provider_Name", "Provider_Guid", "Execution_ProcessID",
                "EventID",
            ])
        #expect(found["Channel"]?.text == "Application")
        #expect(found["Level"]?.hasEmptyText == true && found["Level"]?.text == "")
        #expect(found["Task"]?.exists == true && found["Task"]?.isGiven == false)
        #expect(
            ["Computer", "Provider_Name", "Provider_Guid", "Execution_ProcessID", "EventID"].map { found[$0]?.text }
                == ["h", "Eventlog", "g", "7", "104"])
        #expect(try schema.logsources(of: line) == ["product=windows service=system"])
    }

    @Test("see through arrays by the plain dotted name")
    func arrays() throws {
        let schema = Schema.shared
        let line =
            #"{"EventID":5,"Channel":"System","a":{"b":[{"c":["x",["y"]]},{"c":"z"},{"c":null}]},"d.e":[{"f":1}],"g":[{"h":{"i":[2]}}]}"#
        let found = try schema.read(line, "product=windows service=system", ["a.b.c", "d.e.f", "g.h.i", "a.b", "g"])
        #expect(found["a.b.c"]?.texts.sorted() == ["x", "y", "z"])
        #expect(found["d.e.f"]?.text == "1" && found["g.h.i"]?.text == "2")
        #expect(found["a.b"]?.isGiven == false && found["g"]?.isGiven == false)
    }

    @Test("see through arrays in the last parts of a name, however long it is")
    func deepArrays() throws {
        let schema = Schema.shared
        let arrays = #"[{"b":[{"c":[{"d":[{"e":[{"f":[{"g":"x"}]}]}]}]}]}]"#
        let line = "{\"EventID\":5,\"Channel\":\"System\",\"p\":{\"q\":{\"r\":{\"a\":\(arrays)}}}}"
        let name = "p.q.r.a.b.c.d.e.f.g"
        #expect(try schema.read(line, "product=windows service=system", [name])[name]?.text == "x")
    }
}

/// An event, the logsources that it is of, and fields that rules for one of them find.
struct LogsourceCase: Sendable, CustomTestStringConvertible {
    var event: MappingCase
    var logsources: [String] = []
    var values: [(view: String, fields: [(String, String)])] = []

    var testDescription: String { event.title }

    struct UnknownLine: Error {
        var file: String
        var line: String
    }

    static func all() throws -> [LogsourceCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Logsources")
            .path
        var cases: [LogsourceCase] = []
        for file in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where file.hasSuffix(".txt") {
            let text = try String(contentsOfFile: folder + "/" + file, encoding: .utf8)
            for line in text.split(separator: "\n").map(String.init) {
                let space = line.firstIndex(of: " ") ?? line.endIndex
                let rest = String(line[space...].dropFirst())
                let last = cases.count - 1
                switch String(line[..<space]) {
                case "#": cases.append(LogsourceCase(event: MappingCase(title: rest)))
                case "in" where last >= 0:
                    cases[last].logsources.append(rest)
                    cases[last].values.append((rest, []))
                case "field" where last >= 0 && !cases[last].values.isEmpty:
                    let equals = rest.firstIndex(of: "=") ?? rest.endIndex
                    cases[last].values[cases[last].values.count - 1].fields.append(
                        (String(rest[..<equals]), String(rest[equals...].dropFirst())))
                case let word where last >= 0:
                    guard cases[last].event.take(word, rest) else { throw UnknownLine(file: file, line: line) }
                default: throw UnknownLine(file: file, line: line)
                }
            }
        }
        return cases
    }
}

/// What a reader says of a field.
struct FieldAnswer: Equatable {
    var texts: [String]
    var exists: Bool
    var isGiven: Bool
    var hasEmptyText: Bool

    var text: String { texts.joined(separator: "|") }
}

extension Schema {
    /// The built-in schema, read once.
    static let shared = try! Schema.builtIn()
    private static let everything = try! FieldMap(
        schema: shared, requests: [], views: shared.logsources.keys.sorted().map { .logsource($0) })

    /// Fields of an event in a logsource's view; nothing where it is not of the logsource.
    func read(_ line: String, _ logsource: String, _ names: [String]) throws -> [String: FieldAnswer] {
        try read([line], logsource, names)[0].found
    }

    /// The same of each line.
    func read(
        _ lines: [String], _ logsource: String, _ names: [String]
    ) throws -> [(line: String, found: [String: FieldAnswer])] {
        let view = FieldMap.View.logsource(logsource)
        let map = try FieldMap(
            schema: self, requests: names.map { FieldMap.Request(view: view, name: $0) }, views: [view])
        let reader = EventReader(map: map, zone: .utc)
        let domain = try #require(map.logsource(logsource))
        return lines.map { line in
            var found: [String: FieldAnswer] = [:]
            Array(line.utf8).withUnsafeBytes { bytes in
                #expect(reader.read(bytes) == nil, "\(line)")
                guard reader.source(in: domain) >= 0 else { return }
                for name in names {
                    guard let field = map.field(FieldMap.Request(view: view, name: name)) else { continue }
                    let values = reader.values(of: field)
                    found[name] = FieldAnswer(
                        texts: (0..<values.count).map { String(decoding: values[$0], as: UTF8.self) },
                        exists: values.exists, isGiven: values.isGiven, hasEmptyText: values.hasEmptyText)
                }
            }
            return (line, found)
        }
    }

    /// The names of the logsources that an event is of.
    func logsources(of line: String) throws -> [String] {
        let map = Self.everything
        let reader = EventReader(map: map, zone: .utc)
        return Array(line.utf8).withUnsafeBytes { bytes in
            #expect(reader.read(bytes) == nil, "\(line)")
            return logsources.keys.sorted().filter { map.logsource($0).map { reader.source(in: $0) >= 0 } ?? false }
        }
    }
}
