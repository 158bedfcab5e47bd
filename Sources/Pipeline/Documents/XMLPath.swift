import Values

/// A part of XPath 1.0: steps along children and descendants, `*`, `.`, `@attribute`, `text()`, and predicates that ask for
/// a position, for an attribute or child, or for what one of these or the text equals.
public struct XMLPath: Hashable, Sendable {
    struct Step: Hashable, Sendable {
        var isDescendant: Bool
        var test: Test
        var predicates: [Predicate] = []
    }

    enum Test: Hashable, Sendable {
        case element([UInt8])
        case anyElement
        case itself
        case attribute([UInt8])
        case anyAttribute
        case text
    }

    enum Predicate: Hashable, Sendable {
        case position(Int)
        case last
        /// `nil`: it must be there.
        case attribute([UInt8], equals: [UInt8]?)
        case child([UInt8], equals: [UInt8]?)
        case text(equals: [UInt8])
    }

    /// As it is written.
    public let text: String
    let steps: [Step]

    /// `nil` for what is no path or uses another part of XPath.
    public init?(_ text: String) {
        self.text = text
        var parser = XMLPathParser(Array(text.utf8))
        guard let steps = parser.steps() else { return nil }
        self.steps = steps
    }

    /// The texts of what the path picks, in document order.
    func texts(in text: [UInt8]) -> [Text] {
        guard let document = XMLDocument(text) else { return [] }
        // Before the first step the place is the document, which holds the roots.
        var current: [Int]? = nil
        for (number, step) in steps.enumerated() {
            switch step.test {
            case .attribute, .anyAttribute, .text:
                guard number == steps.count - 1 else { return [] }
                let holders = step.isDescendant ? descendantsOrSelf(current, document) : current ?? []
                return holders.flatMap { values(of: step.test, of: $0, document) }
            case .itself:
                if step.isDescendant { current = descendantsOrSelf(current, document) }
            case .element, .anyElement:
                current = children(of: step, from: current, document)
            }
        }
        return document.contents(of: current ?? [])
    }

    private func children(of step: Step, from current: [Int]?, _ document: XMLDocument) -> [Int] {
        let holders: [Int?] =
            step.isDescendant
            ? [nil].filter { _ in current == nil } + descendantsOrSelf(current, document)
            : current?.map { $0 } ?? [nil]
        var found: Set<Int> = []
        for holder in holders {
            let children = holder.map { document.elements[$0].children } ?? document.roots
            var kept = children.filter { child in
                if case .element(let name) = step.test { return document.isName(document.elements[child].name, name) }
                return true
            }
            for predicate in step.predicates { kept = predicate.filter(kept, document) }
            found.formUnion(kept)
        }
        return found.sorted()
    }

    private func descendantsOrSelf(_ current: [Int]?, _ document: XMLDocument) -> [Int] {
        guard let current else { return Array(document.elements.indices) }
        var isTaken = Set(current)
        // An element stands behind the one that holds it, so one pass reaches every depth.
        for (number, element) in document.elements.enumerated() where isTaken.contains(element.parent) {
            isTaken.insert(number)
        }
        return isTaken.sorted()
    }

    private func values(of test: Test, of number: Int, _ document: XMLDocument) -> [Text] {
        switch test {
        case .attribute(let name):
            document.elements[number].attributes.filter { document.isName($0.name, name) }
                .map { document.decoded($0.value) }
        case .anyAttribute: document.elements[number].attributes.map { document.decoded($0.value) }
        case .text: [document.text(of: number)].filter { !$0.isEmpty }
        case .element, .anyElement, .itself: []
        }
    }
}

extension XMLPath.Predicate {
    fileprivate func filter(_ elements: [Int], _ document: XMLDocument) -> [Int] {
        switch self {
        case .position(let wanted): elements.indices.contains(wanted - 1) ? [elements[wanted - 1]] : []
        case .last: elements.suffix(1)
        case .attribute(let name, let value):
            elements.filter { number in
                document.elements[number].attributes.contains { attribute in
                    document.isName(attribute.name, name)
                        && value.map { document.decoded(attribute.value).bytes == $0 } != false
                }
            }
        case .child(let name, let value):
            elements.filter { number in
                document.elements[number].children.contains { child in
                    document.isName(document.elements[child].name, name)
                        && value.map { document.text(of: child).bytes == $0 } != false
                }
            }
        case .text(let value): elements.filter { document.text(of: $0).bytes == value }
        }
    }
}

/// Reads an XPath.
private struct XMLPathParser {
    private let bytes: [UInt8]
    private var index = 0

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func steps() -> [XMLPath.Step]? {
        var steps: [XMLPath.Step] = []
        // A path that does not begin with a slash begins at the document all the same.
        var isDescendant = takeSlashes() ?? false
        repeat {
            guard var step = step(isDescendant: isDescendant), steps.count < DataPath.maximumSteps else { return nil }
            while take("[") {
                guard let predicate = predicate(), take("]") else { return nil }
                step.predicates.append(predicate)
            }
            steps.append(step)
            guard index < bytes.count else { return steps }
            guard let next = takeSlashes() else { return nil }
            isDescendant = next
        } while true
    }

    /// `true` for `//`, `false` for `/`, `nil` for none.
    private mutating func takeSlashes() -> Bool? {
        guard take("/") else { return nil }
        return take("/")
    }

    private mutating func step(isDescendant: Bool) -> XMLPath.Step? {
        if take("@") {
            if take("*") { return XMLPath.Step(isDescendant: isDescendant, test: .anyAttribute) }
            return name().map { XMLPath.Step(isDescendant: isDescendant, test: .attribute($0)) }
        }
        if take("text()") { return XMLPath.Step(isDescendant: isDescendant, test: .text) }
        if take("*") { return XMLPath.Step(isDescendant: isDescendant, test: .anyElement) }
        if take(".") { return XMLPath.Step(isDescendant: isDescendant, test: .itself) }
        return name().map { XMLPath.Step(isDescendant: isDescendant, test: .element($0)) }
    }

    private mutating func predicate() -> XMLPath.Predicate? {
        skipSpace()
        defer { skipSpace() }
        if take("last()") { return .last }
        if take("text()") || take(".") { return value().map { .text(equals: $0) } }
        if take("@") {
            guard let name = name() else { return nil }
            return hasValue ? value().map { .attribute(name, equals: $0) } : .attribute(name, equals: nil)
        }
        let start = index
        guard let name = name() else { return nil }
        if let position = Int(String(decoding: bytes[start..<index], as: UTF8.self)) {
            return position > 0 ? .position(position) : nil
        }
        return hasValue ? value().map { .child(name, equals: $0) } : .child(name, equals: nil)
    }

    private var hasValue: Bool { bytes[index...].first { $0 > 0x20 } == UInt8(ascii: "=") }

    /// `= 'text'`
    private mutating func value() -> [UInt8]? {
        skipSpace()
        guard take("=") else { return nil }
        skipSpace()
        guard index < bytes.count, bytes[index] == UInt8(ascii: "'") || bytes[index] == UInt8(ascii: "\""),
            let end = bytes[(index + 1)...].firstIndex(of: bytes[index])
        else { return nil }
        defer { index = end + 1 }
        return Array(bytes[(index + 1)..<end])
    }

    private mutating func name() -> [UInt8]? {
        let start = index
        while index < bytes.count {
            let byte = bytes[index]
            let isPart =
                byte >= 0x80 || byte &- 0x30 < 10 || (byte | 0x20) &- 0x61 < 26 || byte == UInt8(ascii: "_")
                || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ":")
                || byte == UInt8(ascii: ".") && index > start
            guard isPart else { break }
            index += 1
        }
        return index > start ? Array(bytes[start..<index]) : nil
    }

    private mutating func skipSpace() {
        while index < bytes.count, bytes[index] <= 0x20 { index += 1 }
    }

    private mutating func take(_ word: String) -> Bool {
        guard bytes[index...].starts(with: word.utf8) else { return false }
        index += word.utf8.count
        return true
    }
}
