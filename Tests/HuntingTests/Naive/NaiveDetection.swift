import Foundation
import YAML

/// A rule's detection, read from its document as the specification says, to hold the engine against. It shares nothing with
/// the engine, and knows only what rules in use have: it refuses the others.
struct NaiveDetection {
    typealias Test = (NaiveEvent) -> Bool

    struct Unknown: Error {
        var what: String
    }

    private var selections: [(name: String, test: Test)] = []
    let test: Test

    init(_ detection: YAMLNode) throws {
        for (key, value) in detection.mapping?.entries ?? [] {
            guard let name = key.text, name != "condition", name != "timeframe" else { continue }
            selections.append((name, try Self.search(value)))
        }
        let conditions = detection["condition"]?.sequence?.compactMap(\.text) ?? [detection["condition"]?.text ?? ""]
        let selections = selections
        let tests = try conditions.map { text in
            var parser = NaiveCondition(text, selections)
            return try parser.parse()
        }
        test = { event in tests.contains { $0(event) } }
    }

    private static func search(_ node: YAMLNode) throws -> Test {
        if let mapping = node.mapping {
            let tests = try mapping.entries.map { try item($0.key.text ?? "", $0.value) }
            return { event in tests.allSatisfy { $0(event) } }
        }
        guard let members = node.sequence else { return try item("", node) }
        let tests = try members.map { member in
            member.scalar != nil ? try item("", member) : try search(member)
        }
        return { event in tests.contains { $0(event) } }
    }

    private static func item(_ key: String, _ node: YAMLNode) throws -> Test {
        var modifiers = key.split(separator: "|", omittingEmptySubsequences: false).map(String.init)
        let name = modifiers.removeFirst()
        let field = name.isEmpty ? nil : name
        let tests = try (node.sequence ?? [node]).map { try value(field, modifiers, $0) }
        if modifiers.contains("all") { return { event in tests.allSatisfy { $0(event) } } }
        return { event in tests.contains { $0(event) } }
    }

    private static func value(_ field: String?, _ modifiers: [String], _ node: YAMLNode) throws -> Test {
        guard case .scalar(let written, _) = node.content else { throw Unknown(what: "a value that is no scalar") }
        if node.isNull { return { $0.values(field).isEmpty } }
        if modifiers.first == "exists" { return { $0.has(field ?? "") == node.bool } }
        if modifiers.first == "fieldref" {
            return { event in
                event.values(field).contains { left in
                    event.values(written).contains { !left.folded.isEmpty && $0.folded == left.folded }
                }
            }
        }
        if modifiers.first == "re" {
            var options: NSRegularExpression.Options = []
            if modifiers.contains("i") { options.insert(.caseInsensitive) }
            if modifiers.contains("m") { options.insert(.anchorsMatchLines) }
            if modifiers.contains("s") { options.insert(.dotMatchesLineSeparators) }
            let expression = try NSRegularExpression(pattern: written, options: options)
            return { event in
                event.values(field).contains { value in
                    let whole = NSRange(value.text.startIndex..., in: value.text)
                    return expression.firstMatch(in: value.text, range: whole) != nil
                }
            }
        }
        if modifiers.first == "cidr" {
            let network = try NaiveNetwork(written)
            return { event in event.values(field).contains { network.contains($0.text) } }
        }
        var patterns = [NaiveGlob(written)]
        for modifier in modifiers {
            switch modifier {
            case "contains": patterns = patterns.map { NaiveGlob([.run] + $0.parts + [.run]) }
            case "startswith": patterns = patterns.map { NaiveGlob($0.parts + [.run]) }
            case "endswith": patterns = patterns.map { NaiveGlob([.run] + $0.parts) }
            case "windash": patterns = patterns.flatMap(\.windowsDashes)
            case "wide": patterns = patterns.map { NaiveGlob($0.scalars.flatMap { [.one($0), .one("\0")] }) }
            case "base64": patterns = patterns.map { NaiveGlob(plain: Data($0.latin).base64EncodedString()) }
            case "base64offset": patterns = patterns.flatMap(\.base64Offsets)
            case "all": break
            default: throw Unknown(what: modifier)
            }
        }
        if field == nil, !modifiers.contains("startswith"), !modifiers.contains("endswith") {
            patterns = patterns.map { NaiveGlob([.run] + $0.parts + [.run]) }
        }
        if written.isEmpty, modifiers.isEmpty {
            return { event in event.values(field).isEmpty || event.values(field).contains { $0.folded.isEmpty } }
        }
        let finished = patterns.map { $0.folded }
        return { event in event.values(field).contains { value in finished.contains { $0.matches(value) } } }
    }
}

/// A condition, read word by word.
private struct NaiveCondition {
    typealias Test = NaiveDetection.Test

    private let selections: [(name: String, test: Test)]
    private var words: [String]

    init(_ text: String, _ selections: [(name: String, test: Test)]) {
        self.selections = selections
        let spaced = text.replacing("(", with: " ( ").replacing(")", with: " ) ")
        words = spaced.split(whereSeparator: \.isWhitespace).map(String.init)
    }

    mutating func parse() throws -> Test {
        let test = try either()
        guard words.isEmpty else { throw NaiveDetection.Unknown(what: words.joined(separator: " ")) }
        return test
    }

    private var next: String? { words.first?.lowercased() }

    private mutating func either() throws -> Test {
        var test = try both()
        while next == "or" {
            words.removeFirst()
            let (left, right) = (test, try both())
            test = { left($0) || right($0) }
        }
        return test
    }

    private mutating func both() throws -> Test {
        var test = try term()
        while next == "and" {
            words.removeFirst()
            let (left, right) = (test, try term())
            test = { left($0) && right($0) }
        }
        return test
    }

    private mutating func term() throws -> Test {
        guard !words.isEmpty else { throw NaiveDetection.Unknown(what: "the end of a condition") }
        let word = words.removeFirst()
        if word.lowercased() == "not" {
            let test = try term()
            return { !test($0) }
        }
        if word == "(" {
            let test = try either()
            guard !words.isEmpty, words.removeFirst() == ")" else { throw NaiveDetection.Unknown(what: "parentheses") }
            return test
        }
        if next == "of", words.count > 1 {
            let pattern = words[1]
            words.removeFirst(2)
            let tests = selections.filter { selection in
                if selection.name.hasPrefix("_"), !pattern.hasPrefix("_") { return false }
                return pattern == "them" || NaiveGlob(pattern).matches(NaiveText(selection.name))
            }.map(\.test)
            let least = word.lowercased() == "all" ? tests.count : word.lowercased() == "any" ? 1 : Int(word) ?? 0
            return { event in tests.count { $0(event) } >= least }
        }
        guard let selection = selections.first(where: { $0.name == word }) else {
            throw NaiveDetection.Unknown(what: word)
        }
        return selection.test
    }
}

/// Addresses whose first bits are those of a network.
private struct NaiveNetwork {
    private let address: [UInt8]
    private let length: Int

    init(_ text: String) throws {
        let parts = text.split(separator: "/").map(String.init)
        guard parts.count == 2, let length = Int(parts[1]), let address = Self.bytes(parts[0]) else {
            throw NaiveDetection.Unknown(what: text)
        }
        (self.address, self.length) = (address, length)
    }

    func contains(_ text: String) -> Bool {
        guard let other = Self.bytes(text), other.count == address.count else { return false }
        return (0..<length).allSatisfy { bit in
            (other[bit / 8] ^ address[bit / 8]) & (0x80 >> UInt8(bit % 8)) == 0
        }
    }

    private static func bytes(_ text: String) -> [UInt8]? {
        for (family, count) in [(AF_INET, 4), (AF_INET6, 16)] {
            var bytes = [UInt8](repeating: 0, count: count)
            if inet_pton(family, text, &bytes) == 1 { return bytes }
        }
        return nil
    }
}
