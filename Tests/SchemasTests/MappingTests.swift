import Archives
import Detections
import Events
import Foundation
import Hunting
import SPL
import Testing
import Values

@testable import Schemas

/// Searches over hand-written events, each in every shape that can carry it. A file of `Mappings` holds cases:
///
///     # Sysmon 13: a DWORD is set                     what it is
///     channel Microsoft-Windows-Sysmon/Operational    the header: channel, provider, event, user, keywords, message
///     event 13
///     data TargetObject=HKLM\X\Run\Y                  what the event says, \n for a line's end
///     search | tstats count from ... by ...           a search that ends with a count
///     row Registry.registry_path=HKLM\X\Run\Y         its rows without the count, which is the number of shapes
///     none                                            or that there are none
///
/// With `line` a whole line of the archive is given as it is, instead of header and data.
@Suite("Mappings")
struct MappingTests {
    @Test("give every shape of an event the fields that a search asks for", arguments: try! MappingCase.all())
    func mapping(sample: MappingCase) async throws {
        let lines = sample.lines
        let folder = try TemporaryFolder()
        let archive = try folder.write(lines.joined(separator: "\n") + "\n", to: "events.jsonl")
        for query in sample.queries {
            let found = try await rows(of: query.search, in: archive)
            #expect(found == query.rows.map { $0 + " | count=\(lines.count)" }, "\(sample.title): \(query.search)")
        }
    }

    private func rows(of search: String, in archive: String) async throws -> [String] {
        let rule = HuntRule(
            identity: RuleIdentity(id: "search", name: "search", kind: .search),
            state: .compiled(try SearchCompiler.compile(search)))
        let hunter = try Hunter(
            rules: [rule], schema: try Schema.builtIn(), options: HuntOptions(now: Timestamp(nanoseconds: 0)))
        #expect(hunter.refusals.isEmpty)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [archive]))
        var found: [String] = []
        for rule in report.rules {
            var reader = rule.findings.reader()
            while let row = try reader.next() {
                let cells = zip(rule.findings.columns, row).compactMap { column, value in
                    text(value).map { "\(column)=\($0)" }
                }
                found.append(cells.joined(separator: " | "))
            }
        }
        return found
    }

    private func text(_ value: Value) -> String? {
        switch value {
        case .missing: nil
        case .text(let text): text.string
        case .number(let number): NumberText.text(number).string
        case .multivalue(let texts): "[" + texts.map(\.string).joined(separator: ", ") + "]"
        }
    }
}

/// An event and what searches find in it.
struct MappingCase: Sendable, CustomTestStringConvertible {
    var title: String
    var header: [String: String] = [:]
    var data: [(String, String)] = []
    var whole: [String] = []
    var queries: [(search: String, rows: [String])] = []

    var testDescription: String { title }

    static func all() throws -> [MappingCase] {
        let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appendingPathComponent("Mappings").path
        var cases: [MappingCase] = []
        for name in try FileManager.default.contentsOfDirectory(atPath: folder).sorted() where name.hasSuffix(".txt") {
            let text = try String(contentsOfFile: folder + "/" + name, encoding: .utf8)
            for line in text.split(separator: "\n").map(String.init) { try cases.read(line, file: name) }
        }
        return cases
    }

    /// The event in its shapes; the data of an event are texts, its identifier is a number.
    var lines: [String] {
        if !whole.isEmpty { return whole }
        let channel = header["channel"].map { [("Channel", $0)] } ?? []
        let provider = header["provider"].map { [("SourceName", $0)] } ?? []
        let event = header["event"] ?? "0"
        let fields = data.map { "\(json($0.0)):\(json($0.1))" }.joined(separator: ",")
        let inside = fields.isEmpty ? "" : "," + fields
        let optional = { (key: String, name: String) in self.header[key].map { ",\"\(name)\":\(json($0))" } ?? "" }
        let flat = (channel + provider).map { "\(json($0.0)):\(json($0.1))" }.joined(separator: ",")
        return [
            "{\(flat),\"EventID\":\(event),\"Hostname\":\"host-1\"\(optional("keywords", "Keywords"))"
                + "\(optional("user", "UserID"))\(optional("message", "Message"))\(inside)}",
            "{\"Event\":{\"System\":{\"EventID\":\(event),\"Channel\":\(json(header["channel"] ?? "")),"
                + "\"Provider\":{\"#attributes\":{\"Name\":\(json(header["provider"] ?? ""))}},\"Computer\":\"host-1\""
                + "\(optional("keywords", "Keywords"))"
                + (header["user"].map { ",\"Security\":{\"#attributes\":{\"UserID\":\(json($0))}}" } ?? "") + "},"
                + (header["message"].map { "\"RenderingInfo\":{\"Message\":\(json($0))}," } ?? "")
                + "\"EventData\":{\(fields)}}}",
            "{\"event_id\":\(event),\"log_name\":\(json(header["channel"] ?? "")),"
                + "\"source_name\":\(json(header["provider"] ?? "")),\"computer_name\":\"host-1\""
                + "\(optional("message", "message"))\(optional("keywords", "keywords"))"
                + (header["user"].map { ",\"user\":{\"identifier\":\(json($0))}" } ?? "")
                + ",\"event_data\":{\(fields)}}",
            "{\"winlog\":{\"event_id\":\(event),\"channel\":\(json(header["channel"] ?? "")),"
                + "\"provider_name\":\(json(header["provider"] ?? "")),\"computer_name\":\"host-1\""
                + "\(optional("keywords", "keywords"))"
                + (header["user"].map { ",\"user\":{\"identifier\":\(json($0))}" } ?? "")
                + ",\"event_data\":{\(fields)}}\(optional("message", "message"))}",
            "{\"result\":{\"_raw\":\(json(xml(event))),\"sourcetype\":\"XmlWinEventLog\"\(optional("message", "Message"))"
                + (header["channel"].map { ",\"source\":\(json("XmlWinEventLog:" + $0))" } ?? "") + "}}",
        ]
    }

    /// Takes a line of the case that says what the event is; false where it is none.
    mutating func take(_ word: String, _ rest: String) -> Bool {
        let text = rest.replacingOccurrences(of: "\\r\\n", with: "\r\n")
        switch word {
        case "channel", "provider", "event", "user", "keywords": header[word] = rest
        case "message": header[word] = text
        case "data":
            let equals = text.firstIndex(of: "=") ?? text.endIndex
            data.append((String(text[..<equals]), String(text[equals...].dropFirst())))
        case "line": whole.append(rest)
        default: return false
        }
        return true
    }

    private func xml(_ event: String) -> String {
        let data = data.map { "<Data Name='\($0.0)'>\(escaped($0.1))</Data>" }.joined()
        let user = header["user"].map { "<Security UserID='\($0)'/>" } ?? ""
        let keywords = header["keywords"].map { "<Keywords>\($0)</Keywords>" } ?? ""
        return "<Event><System><Provider Name='\(header["provider"] ?? "")'/><EventID>\(event)</EventID>\(keywords)"
            + "<Channel>\(header["channel"] ?? "")</Channel><Computer>host-1</Computer>\(user)</System>"
            + "<EventData>\(data)</EventData></Event>"
    }

    private func escaped(_ text: String) -> String {
        text.replacingOccurrences(of: "&", with: "&amp;").replacingOccurrences(of: "<", with: "&lt;")
            .replacingOccurrences(of: ">", with: "&gt;")
    }

    private func json(_ text: String) -> String {
        let escaped = text.replacingOccurrences(of: "\\", with: "\\\\").replacingOccurrences(of: "\"", with: "\\\"")
            .replacingOccurrences(of: "\n", with: "\\n").replacingOccurrences(of: "\r", with: "\\r")
            .replacingOccurrences(of: "\t", with: "\\t")
        return "\"\(escaped)\""
    }
}

extension [MappingCase] {
    struct UnknownLine: Error {
        var file: String
        var line: String
    }

    fileprivate mutating func read(_ line: String, file: String) throws {
        let space = line.firstIndex(of: " ") ?? line.endIndex
        let word = String(line[..<space])
        let rest = String(line[space...].dropFirst())
        if word == "#" { return append(MappingCase(title: rest)) }
        guard !isEmpty else { throw UnknownLine(file: file, line: line) }
        let last = count - 1
        switch word {
        case "search": self[last].queries.append((rest, []))
        case "row" where !self[last].queries.isEmpty: self[last].queries[self[last].queries.count - 1].rows.append(rest)
        case "none": break
        default: guard self[last].take(word, rest) else { throw UnknownLine(file: file, line: line) }
        }
    }
}

/// A folder of its own for one test, gone when the test is.
private final class TemporaryFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("trawl-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    deinit { try? FileManager.default.removeItem(atPath: path) }

    func write(_ text: String, to name: String) throws -> String {
        let file = path + "/" + name
        try Data(text.utf8).write(to: URL(fileURLWithPath: file))
        return file
    }
}
