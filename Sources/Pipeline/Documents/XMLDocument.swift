import Events
import Values

/// XML text that a field holds, as its elements. What is malformed ends the reading; the elements before it count.
struct XMLDocument {
    struct Element {
        var name: Range<Int>
        var attributes: [(name: Range<Int>, value: Range<Int>)] = []
        /// -1 for an element that stands in none.
        var parent: Int
        var children: [Int] = []
        /// What stands between the tags.
        var content: Range<Int>
        /// Where it ends, behind its end tag.
        var end: Int
        var depth: Int
    }

    let text: [UInt8]
    /// In document order, so that an element stands behind the one that holds it.
    private(set) var elements: [Element] = []
    /// Those that stand in no other.
    private(set) var roots: [Int] = []

    /// How many elements are read, and how deep they may stand in one another.
    static let maximumElements = 100_000
    static let maximumDepth = 100

    /// `nil` where there is no element at all.
    init?(_ text: [UInt8]) {
        self.text = text
        read()
        if elements.isEmpty { return nil }
    }

    // MARK: Reading

    private mutating func read() {
        var open: [Int] = []
        var index = 0
        while let tag = find(UInt8(ascii: "<"), from: index) {
            guard let next = byte(tag + 1) else { break }
            switch next {
            case UInt8(ascii: "!"):
                if holds("<!--", at: tag) {
                    guard let end = find("-->", from: tag + 4) else { return }
                    index = end + 3
                } else if holds("<![CDATA[", at: tag) {
                    guard let end = find("]]>", from: tag + 9) else { return }
                    index = end + 3
                } else {
                    guard let end = find(UInt8(ascii: ">"), from: tag) else { return }
                    index = end + 1
                }
            case UInt8(ascii: "?"):
                guard let end = find("?>", from: tag + 2) else { return }
                index = end + 2
            case UInt8(ascii: "/"):
                guard let last = open.popLast(), let end = find(UInt8(ascii: ">"), from: tag) else { return }
                guard text[elements[last].name].elementsEqual(text[name(at: tag + 2)]) else { return }
                elements[last].content = elements[last].content.lowerBound..<tag
                elements[last].end = end + 1
                index = end + 1
            default:
                guard let end = startTag(at: tag, open: &open) else { return }
                index = end
            }
        }
    }

    /// Reads a start tag and returns where it ends, or `nil` where it does not or a limit is reached.
    private mutating func startTag(at tag: Int, open: inout [Int]) -> Int? {
        guard elements.count < Self.maximumElements, open.count < Self.maximumDepth else { return nil }
        let name = name(at: tag + 1)
        guard !name.isEmpty else { return nil }
        var element = Element(
            name: name, parent: open.last ?? -1, content: text.count..<text.count, end: text.count,
            depth: open.count)
        var index = name.upperBound
        while true {
            index = skipSpace(index)
            guard let next = byte(index) else { return nil }
            if next == UInt8(ascii: ">") || next == UInt8(ascii: "/") { break }
            let attribute = self.name(at: index)
            index = skipSpace(attribute.upperBound)
            guard !attribute.isEmpty, byte(index) == UInt8(ascii: "=") else { return nil }
            index = skipSpace(index + 1)
            guard let quote = byte(index), quote == UInt8(ascii: "\"") || quote == UInt8(ascii: "'"),
                let end = find(quote, from: index + 1)
            else { return nil }
            element.attributes.append((attribute, index + 1..<end))
            index = end + 1
        }
        let isEmpty = byte(index) == UInt8(ascii: "/")
        if isEmpty { index += 1 }
        guard byte(index) == UInt8(ascii: ">") else { return nil }
        index += 1
        element.content = index..<(isEmpty ? index : text.count)
        element.end = element.content.upperBound
        let number = elements.count
        if let parent = open.last { elements[parent].children.append(number) } else { roots.append(number) }
        elements.append(element)
        if !isEmpty { open.append(number) }
        return index
    }

    private func name(at start: Int) -> Range<Int> {
        var end = start
        scan: while let next = byte(end) {
            switch next {
            case 0x20, 0x09, 0x0A, 0x0D, 0x2F, 0x3E, 0x3D, 0x22, 0x27, 0x3C: break scan
            default: end += 1
            }
        }
        return min(start, end)..<end
    }

    // MARK: Texts

    /// What an element says: its own text, with entities decoded and without the markup of others.
    func text(of number: Int) -> Text {
        let element = elements[number]
        var bytes: [UInt8] = []
        var index = element.content.lowerBound
        for child in element.children {
            append(index..<start(of: child), to: &bytes)
            index = elements[child].end
        }
        append(index..<element.content.upperBound, to: &bytes)
        return Text(bytes: trimmed(bytes))
    }

    /// What stands between an element's tags: decoded text where there is no other element in it, else its source.
    func content(of number: Int) -> Text {
        let element = elements[number]
        return element.children.isEmpty ? text(of: number) : Text(bytes: trimmed(Array(text[element.content])))
    }

    /// What stands in elements, of which one may hold another; as far as a value may grow, and what takes it beyond.
    func contents(of numbers: [Int]) -> [Text] {
        var texts: [Text] = []
        var growth = ValueGrowth()
        for number in numbers where !growth.isOver {
            let text = content(of: number)
            growth.add(text.bytes.count)
            texts.append(text)
        }
        return texts
    }

    func decoded(_ range: Range<Int>) -> Text {
        Text(bytes: text[range].withUnsafeBytes { XMLText.decoded($0) })
    }

    func isName(_ range: Range<Int>, _ name: [UInt8]) -> Bool { text[range].elementsEqual(name) }

    private func append(_ range: Range<Int>, to bytes: inout [UInt8]) {
        if !range.isEmpty { bytes += decoded(range).bytes }
    }

    private func trimmed(_ bytes: [UInt8]) -> [UInt8] {
        guard let first = bytes.firstIndex(where: { $0 > 0x20 }), let last = bytes.lastIndex(where: { $0 > 0x20 })
        else { return [] }
        return Array(bytes[first...last])
    }

    /// Where an element's start tag begins.
    private func start(of number: Int) -> Int { elements[number].name.lowerBound - 1 }

    // MARK: Bytes

    private func byte(_ index: Int) -> UInt8? { index < text.count ? text[index] : nil }

    private func skipSpace(_ start: Int) -> Int {
        var index = start
        while let next = byte(index), next <= 0x20 { index += 1 }
        return index
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        start < text.count ? text[start...].firstIndex(of: byte) : nil
    }

    private func find(_ word: StaticString, from start: Int) -> Int? {
        var index = start
        while index < text.count {
            if holds(word, at: index) { return index }
            index += 1
        }
        return nil
    }

    private func holds(_ word: StaticString, at index: Int) -> Bool {
        word.withUTF8Buffer { word in
            index + word.count <= text.count && text[index..<index + word.count].elementsEqual(word)
        }
    }
}

extension XMLDocument {
    /// The texts at a path of `spath`.
    func texts(at steps: [DataPath.Step]) -> [Text] {
        var current: [Int]? = nil
        for (number, step) in steps.enumerated() {
            let candidates = current.map { $0.flatMap { elements[$0].children } } ?? roots
            switch step {
            case .name(let name): current = candidates.filter { isName(elements[$0].name, name) }
            // Behind a name, braces pick among the elements of that name; all of them without a number.
            case .every: current = current ?? roots
            case .index(let wanted):
                var counts: [Int: Int] = [:]
                current = (current ?? roots).filter { element in
                    counts[elements[element].parent, default: 0] += 1
                    return counts[elements[element].parent] == wanted
                }
            case .attribute(let name):
                guard number == steps.count - 1 else { return [] }
                return (current ?? roots).flatMap { element in
                    elements[element].attributes.filter { isName($0.name, name) }.map { decoded($0.value) }
                }
            }
        }
        return contents(of: current ?? [])
    }

    /// Every element with text, and every attribute, under its path: `a.b` and `a.b{@c}`.
    func forEachValue(_ body: (_ path: [UInt8], _ text: Text) -> Void) {
        // One path for each depth: an element's is that of the one it stands in, and its name; `nil` where it is too long.
        var paths: [[UInt8]?] = []
        for (number, element) in elements.enumerated() {
            paths.removeSubrange(min(element.depth, paths.count)...)
            let before = paths.last.map { $0.map { $0 + [UInt8(ascii: ".")] } } ?? []
            let isTooLong = before.map { $0.count + element.name.count > JSONWalker.longestPath } ?? true
            paths.append(isTooLong ? nil : before.map { $0 + self.text[element.name] })
            guard let path = paths[paths.count - 1] else { continue }
            for attribute in element.attributes where attribute.name.count <= JSONWalker.longestPath {
                body(path + Array("{@".utf8) + text[attribute.name] + [UInt8(ascii: "}")], decoded(attribute.value))
            }
            let text = text(of: number)
            if !text.isEmpty { body(path, text) }
        }
    }
}
