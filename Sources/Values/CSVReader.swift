/// Why a comma-separated text can't be read.
public struct CSVError: Error, Hashable, Sendable {
    /// Counts from 1.
    public var line: Int
    /// What is wrong, as a clause.
    public var reason: String
}

/// Reads the rows of a comma-separated text, as RFC 4180 describes it.
///
/// Lenient where that is harmless: a line feed alone ends a row, a byte order mark goes, empty lines are no rows, and a quote
/// inside an unquoted cell is text.
public struct CSVReader {
    private let bytes: [UInt8]
    private var index = 0
    private var line = 1
    /// The line that the last row began in, from 1.
    public private(set) var rowLine = 1

    /// Reads from the beginning of a text.
    public init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { index = 3 }
    }

    /// The next row that is no empty line; `nil` at the end.
    /// - Throws: `CSVError` where a quoted cell is not closed or something but a comma follows one.
    public mutating func row() throws(CSVError) -> [Text]? {
        while takeLineEnd() {}
        guard index < bytes.count else { return nil }
        rowLine = line
        var cells = [try cell()]
        while index < bytes.count, bytes[index] == UInt8(ascii: ",") {
            index += 1
            cells.append(try cell())
        }
        _ = takeLineEnd()
        return cells
    }

    private mutating func cell() throws(CSVError) -> Text {
        guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else {
            let start = index
            while index < bytes.count, bytes[index] != UInt8(ascii: ","), !isLineEnd { index += 1 }
            return Text(bytes: Array(bytes[start..<index]))
        }
        let opening = line
        index += 1
        var text: [UInt8] = []
        while index < bytes.count {
            let byte = bytes[index]
            index += 1
            if byte == UInt8(ascii: "\"") {
                guard index < bytes.count, bytes[index] == UInt8(ascii: "\"") else { return try closed(text) }
                index += 1
            } else if byte == UInt8(ascii: "\n") {
                line += 1
            }
            text.append(byte)
        }
        throw CSVError(line: opening, reason: "the quoted cell that begins here is never closed")
    }

    private func closed(_ text: [UInt8]) throws(CSVError) -> Text {
        guard index == bytes.count || bytes[index] == UInt8(ascii: ",") || isLineEnd else {
            throw CSVError(line: line, reason: "a comma must follow the quoted cell")
        }
        return Text(bytes: text)
    }

    private var isLineEnd: Bool {
        bytes[index] == UInt8(ascii: "\n")
            || (bytes[index] == UInt8(ascii: "\r")
                && (index + 1 == bytes.count || bytes[index + 1] == UInt8(ascii: "\n")))
    }

    private mutating func takeLineEnd() -> Bool {
        guard index < bytes.count, isLineEnd else { return false }
        if bytes[index] == UInt8(ascii: "\r") { index += 1 }
        if index < bytes.count, bytes[index] == UInt8(ascii: "\n") { index += 1 }
        line += 1
        return true
    }
}
