/// A place in the text of one command, with what every command's syntax shares: names, strings, options, lists.
struct Scanner {
    let text: ExpandedText
    var position: Int
    /// One behind the last byte of the command.
    let end: Int

    init(_ text: ExpandedText, range: Range<Int>) {
        self.text = text
        self.position = range.lowerBound
        self.end = range.upperBound
    }

    // MARK: Looking

    var isAtEnd: Bool { position >= end }
    var current: UInt8? { position < end ? text.bytes[position] : nil }

    func peek(_ distance: Int = 1) -> UInt8? {
        position + distance < end ? text.bytes[position + distance] : nil
    }

    func slice(_ range: Range<Int>) -> ArraySlice<UInt8> { text.bytes[range] }

    /// The next byte that is no white space, without going there.
    var nextSolid: UInt8? {
        var index = position
        while index < end, text.bytes[index].isWhiteSpace { index += 1 }
        return index < end ? text.bytes[index] : nil
    }

    // MARK: Moving

    mutating func skipSpace() {
        while let byte = current, byte.isWhiteSpace { position += 1 }
    }

    /// White space and commas: lists take either.
    mutating func skipSeparators() {
        while let byte = current, byte.isWhiteSpace || byte == Byte.comma { position += 1 }
    }

    /// Goes past the byte if it is next.
    mutating func take(_ byte: UInt8) -> Bool {
        guard current == byte else { return false }
        position += 1
        return true
    }

    /// Goes past the word if it is next, in any case, and is not the beginning of a longer one.
    mutating func takeKeyword(_ keyword: String) -> Bool {
        let length = keyword.utf8.count
        guard position + length <= end,
            slice(position..<(position + length)).lowercased.elementsEqual(keyword.utf8)
        else { return false }
        if let next = peek(length), next.isNameByte || next == Byte.dot { return false }
        position += length
        return true
    }

    mutating func expect(_ byte: UInt8, _ advice: String) throws(SPLError) {
        skipSpace()
        guard take(byte) else {
            throw error(
                isAtEnd
                    ? "\(Character(Unicode.Scalar(byte))) is missing at the end"
                    : "\(Character(Unicode.Scalar(byte))) is missing here",
                advice)
        }
    }

    // MARK: Reading

    /// A string in quotation marks, unescaped. The place must be at the opening one.
    mutating func readQuoted() throws(SPLError) -> [UInt8] {
        guard let close = closingQuote(of: position, in: text.bytes[position..<end]) else {
            throw error("the quotation mark is not closed", "close it, or write \\\" for one that is text")
        }
        let content = unescaped(slice((position + 1)..<close))
        position = close + 1
        return content
    }

    /// A name as lists take it: quoted, or up to white space, a comma or a parenthesis that closes what it did not open.
    /// `nil` at the end and before a separator.
    ///
    /// - Parameter stopsAtBracket: whether a search in brackets may follow without white space.
    mutating func readName(stopsAtBracket: Bool = false) throws(SPLError) -> String? {
        guard let first = current else { return nil }
        if first == Byte.quote { return try readQuoted().string }
        if let name = readApostrophedName() { return name }
        let start = position
        var depth = 0
        while let byte = current, !byte.isWhiteSpace, byte != Byte.comma {
            if byte == Byte.openBracket, stopsAtBracket { break }
            if byte == Byte.open { depth += 1 }
            if byte == Byte.close {
                guard depth > 0 else { break }
                depth -= 1
            }
            position += 1
        }
        return position > start ? slice(start..<position).string : nil
    }

    /// A data model's name with its dataset, if one is next; the parts between the dots may each stand in quotation marks.
    mutating func readDatasetName() throws(SPLError) -> String? {
        guard current == Byte.quote else { return try readName()?.filter { $0 != "\"" } }
        var name = try readQuoted().string
        while current == Byte.dot {
            position += 1
            guard let part = try readName() else { break }
            name += "." + part
        }
        return name
    }

    /// A name between single quotation marks, as expressions write it, if one is next.
    mutating func readApostrophedName() -> String? {
        guard current == Byte.apostrophe,
            let close = closingQuote(of: position, in: slice(position..<end)), close > position + 1
        else { return nil }
        let name = unescaped(slice((position + 1)..<close), mark: Byte.apostrophe).string
        position = close + 1
        return name
    }

    /// `AS name`, if it is next.
    mutating func readAlias() throws(SPLError) -> String? {
        let before = position
        skipSpace()
        guard takeKeyword("as") else {
            position = before
            return nil
        }
        skipSpace()
        guard let name = try readName() else {
            throw error("a name is missing after AS", "name the field")
        }
        return name
    }

    /// Everything to the end as a list of names, parted by white space or commas.
    mutating func readNames() throws(SPLError) -> [String] {
        var names: [String] = []
        while moveToNextArgument() {
            guard let name = try readName() else {
                throw error("a field name was expected", "take the parenthesis out, or quote the name")
            }
            names.append(name)
        }
        return names
    }

    mutating func expectEnd(_ advice: String) throws(SPLError) {
        skipSpace()
        guard isAtEnd else { throw error("this was not expected here", advice) }
    }

    // MARK: Errors

    /// An error at a range of the expanded text, or at the word that is next.
    func error(
        _ message: String, _ advice: String, reason: SPLError.Reason = .syntax, at range: Range<Int>? = nil
    ) -> SPLError {
        let range = range ?? nextWord
        // At the end there is no byte to point at: the column behind the last one, in the macro the last one came from.
        let behind = range.lowerBound >= text.bytes.count
        var place = text.place(of: behind ? max(0, text.bytes.count - 1) : range.lowerBound)
        if behind, place.macro == nil { place.column = text.column(of: text.original.count) }
        let word = slice(range).prefix(60).string
        return SPLError(
            reason, message: message, advice: advice, word: word, column: place.column, macro: place.macro)
    }

    private var nextWord: Range<Int> {
        var start = position
        while start < end, text.bytes[start].isWhiteSpace { start += 1 }
        var stop = start
        while stop < end, !text.bytes[stop].isWhiteSpace { stop += 1 }
        return start..<stop
    }
}
