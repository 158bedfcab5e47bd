import Glibc

/// Takes what `XMLEventScanner` finds.
public protocol XMLEventVisitor {
    /// Called for every attribute and for every element that holds no other element, in the order of the text.
    ///
    /// - Parameters:
    ///   - path: where the value stands, with dots; valid during the call only.
    ///   - value: the raw bytes, as a range of the text that is scanned.
    ///   - isEncoded: whether they hold references, comments or CDATA sections, for `XMLText.decode`.
    mutating func visit(path: UnsafeRawBufferPointer, value: Range<Int>, isEncoded: Bool)
}

/// Reads the XML of a Windows event and names its values as `evtx_dump` names them in JSON:
///
///     <Event><System><EventID Qualifiers="0">1</EventID>          Event.System.EventID.#attributes.Qualifiers
///                                                                Event.System.EventID
///     <TimeCreated SystemTime='2020-…'/></System>                 Event.System.TimeCreated.#attributes.SystemTime
///     <EventData><Data Name='Image'>C:\a.exe</Data></EventData>   Event.EventData.Image
///     <UserData><X><Y>1</Y></X></UserData></Event>                Event.UserData.X.Y
///
/// `Data` without a name is called `Data`; names given in `Name` lose their spaces. Namespace prefixes go, and so do their
/// declarations. An element's text ends at its first child element or processing instruction; where there are children,
/// text of white space alone is none.
///
/// Neither validates nor expands what a document type may declare: a `<!DOCTYPE` is refused.
public struct XMLEventScanner {
    /// How deep elements may be nested.
    public static let depthLimit = 48
    /// How long a path may be, in bytes.
    static let pathLimit = 1024

    private struct Element {
        /// Its name with prefix, in the text.
        var nameStart: Int32 = 0
        var nameCount: Int32 = 0
        /// The path's length without it.
        var pathCount: Int16 = 0
        var hasChildren = false
        var isEncoded = false
        var textStart: Int32 = 0
        /// Where its text ends, if that is before its end tag; -1 while it may go on.
        var textEnd: Int32 = -1
    }

    private enum Names {
        static let data = Array("Data".utf8)
        static let complexData = Array("ComplexData".utf8)
        static let name = Array("Name".utf8)
        static let header = Array("Event.System.".utf8)
        static let namespace = Array("xmlns".utf8)
        static let attributes = Array(".#attributes.".utf8)
        static let instructionEnd = Array("?>".utf8)
        static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]
    }

    private let text: UnsafeRawBufferPointer
    private var index = 0
    // SAFETY: both belong to `scan`, which makes them with room for the limits and outlives the scanner; every write is
    // behind a check against its limit.
    private let path: UnsafeMutableRawBufferPointer
    private var pathCount = 0
    private let elements: UnsafeMutableBufferPointer<Element>
    private var depth = 0

    private init(
        _ text: UnsafeRawBufferPointer, path: UnsafeMutableRawBufferPointer,
        elements: UnsafeMutableBufferPointer<Element>
    ) {
        self.text = text
        self.path = path
        self.elements = elements
    }

    /// Reads one event and calls the visitor for its values; `nil` when the text is well-formed as far as that matters,
    /// else what is wrong and where. The values up to there were visited.
    ///
    /// - Complexity: linear in the text; allocates nothing.
    public static func scan<Visitor: XMLEventVisitor>(
        _ text: UnsafeRawBufferPointer, visitor: inout Visitor
    ) -> XMLEventError? {
        guard text.count <= Int(Int32.max) else { return XMLEventError(reason: .tooLong, offset: Int(Int32.max)) }
        // Both stay below the size that the runtime keeps on the stack.
        return withUnsafeTemporaryAllocation(byteCount: pathLimit, alignment: 1) { path in
            withUnsafeTemporaryAllocation(of: Element.self, capacity: depthLimit) { elements in
                var scanner = XMLEventScanner(text, path: path, elements: elements)
                do throws(XMLEventError) {
                    try scanner.document(&visitor)
                    return nil
                } catch {
                    return error
                }
            }
        }
    }

    // MARK: Markup

    private mutating func document<Visitor: XMLEventVisitor>(_ visitor: inout Visitor) throws(XMLEventError) {
        if holds(Names.byteOrderMark, at: 0) { index = 3 }
        var hasRoot = false
        while true {
            guard let tag = find(0x3C, from: index) else {
                guard depth == 0, hasRoot else { throw failure(.truncated, at: text.count) }
                guard isBlank(index..<text.count) else { throw failure(.textOutside) }
                return
            }
            if depth == 0, !isBlank(index..<tag) { throw failure(.textOutside) }
            index = tag
            switch byte(tag + 1) {
            case 0x21: try declaration()
            case 0x3F:
                if depth > 0 { endText(at: tag) }
                try skip(to: Names.instructionEnd, from: tag + 2)
            case 0x2F: try endTag(&visitor)
            default:
                if depth == 0, hasRoot { throw failure(.secondRoot) }
                hasRoot = true
                try startTag(&visitor)
            }
        }
    }

    /// A comment or a CDATA section; both may stand inside a value.
    private mutating func declaration() throws(XMLEventError) {
        if depth > 0 { elements[depth - 1].isEncoded = true }
        if holds(XMLText.commentStart, at: index) {
            try skip(to: XMLText.commentEnd, from: index + XMLText.commentStart.count)
        } else if holds(XMLText.sectionStart, at: index), depth > 0 {
            try skip(to: XMLText.sectionEnd, from: index + XMLText.sectionStart.count)
        } else {
            throw failure(.unsupportedDeclaration)
        }
    }

    private mutating func startTag<Visitor: XMLEventVisitor>(_ visitor: inout Visitor) throws(XMLEventError) {
        let tag = index
        let name = try name(at: tag + 1)
        if depth > 0 {
            endText(at: tag)
            if !elements[depth - 1].hasChildren {
                elements[depth - 1].hasChildren = true
                emitText(of: elements[depth - 1], onlyVisible: true, to: &visitor)
            }
        }
        guard depth < XMLEventScanner.depthLimit else { throw failure(.nestedTooDeep) }
        var element = Element()
        element.nameStart = Int32(name.lowerBound)
        element.nameCount = Int32(name.count)
        element.pathCount = Int16(pathCount)
        if depth > 0 { try append(0x2E) }
        let component = pathCount
        try append(withoutPrefix(name))

        index = name.upperBound
        let attributes = index
        if isData(withoutPrefix(name)), !isInHeader(component) {
            // The name replaces the element's, so it has to be known before the other attributes are told.
            while let attribute = try nextAttribute() {
                if isName(attribute.name) {
                    pathCount = component
                    try appendDecoded(attribute.value)
                }
            }
            index = attributes
        }
        while let attribute = try nextAttribute() {
            let isTaken = isName(attribute.name) && isData(withoutPrefix(name)) && !isInHeader(component)
            if isTaken || isNamespaceDeclaration(attribute.name) { continue }
            let before = pathCount
            try append(Names.attributes)
            try append(withoutPrefix(attribute.name))
            visit(attribute.value, isEncoded: find(0x26, in: attribute.value) != nil, &visitor)
            pathCount = before
        }
        if byte(index) == 0x2F {
            guard byte(index + 1) == 0x3E else { throw failure(.malformedTag) }
            index += 2
            visit(index..<index, isEncoded: false, &visitor)
            pathCount = Int(element.pathCount)
            return
        }
        index += 1
        element.textStart = Int32(index)
        elements.initializeElement(at: depth, to: element)
        depth += 1
    }

    private mutating func endTag<Visitor: XMLEventVisitor>(_ visitor: inout Visitor) throws(XMLEventError) {
        let tag = index
        guard depth > 0 else { throw failure(.unexpectedEndTag) }
        let name = try name(at: tag + 2)
        endText(at: tag)
        depth -= 1
        let element = elements[depth]
        guard isEqual(name, Int(element.nameStart)..<Int(element.nameStart + element.nameCount)) else {
            throw failure(.unexpectedEndTag)
        }
        index = name.upperBound
        skipSpaces()
        guard byte(index) == 0x3E else { throw failure(.malformedTag) }
        index += 1
        if !element.hasChildren { emitText(of: element, onlyVisible: false, to: &visitor) }
        pathCount = Int(element.pathCount)
    }

    // MARK: Values

    /// The current element's text ends here, unless it has ended already.
    private mutating func endText(at place: Int) {
        if elements[depth - 1].textEnd < 0 { elements[depth - 1].textEnd = Int32(place) }
    }

    private func emitText<Visitor: XMLEventVisitor>(
        of element: Element, onlyVisible: Bool, to visitor: inout Visitor
    ) {
        let value = Int(element.textStart)..<Int(max(element.textStart, element.textEnd))
        if onlyVisible, isBlank(value) { return }
        visit(value, isEncoded: element.isEncoded || find(0x26, in: value) != nil, &visitor)
    }

    private func visit<Visitor: XMLEventVisitor>(_ value: Range<Int>, isEncoded: Bool, _ visitor: inout Visitor) {
        visitor.visit(
            path: UnsafeRawBufferPointer(rebasing: path[..<pathCount]), value: value, isEncoded: isEncoded)
    }

    // MARK: Attributes and names

    /// The next attribute of the tag, or `nil` with the index at its `>` or `/`.
    private mutating func nextAttribute() throws(XMLEventError) -> (name: Range<Int>, value: Range<Int>)? {
        let gap = index
        skipSpaces()
        guard let next = byte(index) else { throw failure(.truncated, at: text.count) }
        if next == 0x3E || next == 0x2F { return nil }
        guard index > gap else { throw failure(.malformedTag) }
        let name = try name(at: index)
        index = name.upperBound
        skipSpaces()
        guard byte(index) == 0x3D else { throw failure(.malformedAttribute) }
        index += 1
        skipSpaces()
        guard let quote = byte(index), quote == 0x22 || quote == 0x27 else { throw failure(.malformedAttribute) }
        guard let end = find(quote, from: index + 1) else { throw failure(.truncated, at: text.count) }
        let value = index + 1..<end
        index = end + 1
        return (name, value)
    }

    /// The bytes up to white space or one of `/ > = " ' <`, at least one.
    private func name(at start: Int) throws(XMLEventError) -> Range<Int> {
        var end = start
        scan: while let next = byte(end) {
            switch next {
            case 0x20, 0x09, 0x0A, 0x0D, 0x2F, 0x3E, 0x3D, 0x22, 0x27, 0x3C: break scan
            default: end += 1
            }
        }
        if end >= text.count { throw failure(.truncated, at: text.count) }
        guard end > start else { throw failure(.malformedTag, at: start) }
        return start..<end
    }

    private func withoutPrefix(_ name: Range<Int>) -> Range<Int> {
        guard let colon = find(0x3A, in: name), colon + 1 < name.upperBound else { return name }
        return colon + 1..<name.upperBound
    }

    private func isData(_ name: Range<Int>) -> Bool {
        holds(Names.data, in: name) || holds(Names.complexData, in: name)
    }

    /// Whether what begins at this place in the path stands in the event's header, where nothing is called by an attribute.
    private func isInHeader(_ component: Int) -> Bool {
        component >= Names.header.count && XMLText.holds(Names.header, in: UnsafeRawBufferPointer(path), at: 0)
    }

    private func isName(_ name: Range<Int>) -> Bool { holds(Names.name, in: name) }

    private func isNamespaceDeclaration(_ name: Range<Int>) -> Bool {
        name.count >= 5 && holds(Names.namespace, at: name.lowerBound)
            && (name.count == 5 || text[name.lowerBound + 5] == 0x3A)
    }

    private mutating func append(_ byte: UInt8) throws(XMLEventError) {
        guard pathCount < XMLEventScanner.pathLimit else { throw failure(.nameTooLong) }
        path[pathCount] = byte
        pathCount += 1
    }

    private mutating func append(_ name: some Sequence<UInt8>) throws(XMLEventError) {
        for byte in name { try append(byte) }
    }

    private mutating func append(_ name: Range<Int>) throws(XMLEventError) {
        for place in name { try append(text[place]) }
    }

    /// A name from an attribute: references decoded, spaces dropped.
    private mutating func appendDecoded(_ value: Range<Int>) throws(XMLEventError) {
        var place = value.lowerBound
        while place < value.upperBound {
            if text[place] == 0x26,
                let (scalar, end) = XMLText.reference(
                    UnsafeRawBufferPointer(rebasing: text[..<value.upperBound]), at: place)
            {
                try append(String(scalar).utf8)
                place = end
            } else {
                if text[place] != 0x20 { try append(text[place]) }
                place += 1
            }
        }
    }

    // MARK: Bytes

    private func failure(_ reason: XMLEventError.Reason, at place: Int? = nil) -> XMLEventError {
        XMLEventError(reason: reason, offset: place ?? index)
    }

    private func byte(_ place: Int) -> UInt8? { place < text.count ? text[place] : nil }

    private mutating func skipSpaces() {
        while let next = byte(index), XMLText.isSpace(next) { index += 1 }
    }

    private mutating func skip(to end: [UInt8], from start: Int) throws(XMLEventError) {
        guard let place = XMLText.find(end, in: text, from: start) else { throw failure(.truncated, at: text.count) }
        index = place + end.count
    }

    private func isBlank(_ range: Range<Int>) -> Bool { range.allSatisfy { XMLText.isSpace(text[$0]) } }

    private func isEqual(_ left: Range<Int>, _ right: Range<Int>) -> Bool {
        left.count == right.count
            && (0..<left.count).allSatisfy { text[left.lowerBound + $0] == text[right.lowerBound + $0] }
    }

    private func holds(_ bytes: [UInt8], at place: Int) -> Bool { XMLText.holds(bytes, in: text, at: place) }

    private func holds(_ bytes: [UInt8], in name: Range<Int>) -> Bool {
        name.count == bytes.count && holds(bytes, at: name.lowerBound)
    }

    private func find(_ byte: UInt8, from start: Int) -> Int? {
        find(byte, in: min(start, text.count)..<text.count)
    }

    private func find(_ byte: UInt8, in range: Range<Int>) -> Int? {
        guard let base = text.baseAddress, !range.isEmpty else { return nil }
        // SAFETY: every range lies within the text, so `memchr` reads only bytes of it.
        guard let found = memchr(base + range.lowerBound, Int32(byte), range.count) else { return nil }
        return UnsafeRawPointer(found) - base
    }
}

/// Why the XML of an event could not be read to its end.
public struct XMLEventError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The first fault; what stands before it has been read.
    public var reason: Reason
    /// In the text, from 0.
    public var offset: Int

    /// The raw values are clauses for people.
    public enum Reason: String, Sendable {
        case truncated = "it ends inside markup or before the root element is closed"
        case textOutside = "text stands outside the root element"
        case secondRoot = "there is a second root element"
        case unexpectedEndTag = "an end tag does not fit the open element"
        case malformedTag = "a tag is malformed"
        case malformedAttribute = "an attribute has no quoted value"
        case unsupportedDeclaration = "there is a document type or another declaration"
        case nestedTooDeep = "elements are nested too deep"
        case tooLong = "it is longer than two gibibytes"
        case nameTooLong = "the names of nested elements are too long"
    }

    /// Names the byte and the reason.
    public var description: String { "the event's XML can't be read at byte \(offset): \(reason.rawValue)" }
}
