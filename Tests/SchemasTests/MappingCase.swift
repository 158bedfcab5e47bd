import Foundation
import Testing

@testable import Schemas

/// An event and what searches find in it.
struct MappingCase: Sendable, CustomTestStringConvertible {
    var title: String
    var header: [String: String] = [:]
    var data: [(String, String)] = []
    var whole: [String] = []
    /// Searches and what they give; `nil` where the case does not say it.
    var queries: [(search: String, rows: [String]?)] = []

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
        let query = self[last].queries.count - 1
        switch word {
        case "search": self[last].queries.append((rest, nil))
        case "row" where query >= 0: self[last].queries[query].rows = (self[last].queries[query].rows ?? []) + [rest]
        case "none" where query >= 0 && self[last].queries[query].rows == nil: self[last].queries[query].rows = []
        default: guard self[last].take(word, rest) else { throw UnknownLine(file: file, line: line) }
        }
    }
}
