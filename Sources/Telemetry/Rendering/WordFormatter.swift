/// Writes the word of a slot in a form other than `cell`.
enum WordFormatter {
    /// The most bytes that any form takes.
    static let largestLength = 40

    /// Writes the word and returns the number of bytes written, at most `largestLength`, for which there must be room.
    @inline(__always)
    static func write(_ word: UInt64, as form: Form, to output: UnsafeMutablePointer<UInt8>) -> Int {
        // SAFETY: every branch writes within `largestLength` bytes: a 64-bit number has 20 decimal digits, a GUID 38
        // characters, the longest time 30; the caller has that much room.
        var cursor = Cursor(start: output)
        switch form {
        case .cell: break
        case .decimal: cursor.decimal(word)
        case .hexadecimal:
            cursor.byte(UInt8(ascii: "0"))
            cursor.byte(UInt8(ascii: "x"))
            cursor.hexadecimal(word, digits: max(1, (67 - word.leadingZeroBitCount) / 4), letters: UInt8(ascii: "a"))
        case .guid:
            cursor.byte(UInt8(ascii: "{"))
            cursor.guid(word)
            cursor.byte(UInt8(ascii: "}"))
        case .bareGUID: cursor.guid(word)
        case .falconNumber: cursor.decimal(word >> 22)
        case .digits: cursor.hexadecimal(word, digits: 16, letters: UInt8(ascii: "A"))
        case .spacedMilliseconds: cursor.dateTime(word, separator: UInt8(ascii: " "), digits: 3)
        case .localSeconds:
            cursor.dateTime(word > 18_000_000_000 ? word - 18_000_000_000 : 0, separator: UInt8(ascii: " "), digits: 0)
        case .isoMilliseconds:
            cursor.dateTime(word, separator: UInt8(ascii: "T"), digits: 3)
            cursor.byte(UInt8(ascii: "Z"))
        case .isoMicroseconds:
            cursor.dateTime(word, separator: UInt8(ascii: "T"), digits: 6)
            cursor.byte(UInt8(ascii: "Z"))
        case .isoNanoseconds:
            cursor.dateTime(word, separator: UInt8(ascii: "T"), digits: 6)
            cursor.padded(0, digits: 3)
            cursor.byte(UInt8(ascii: "Z"))
        case .isoOffset:
            cursor.dateTime(word, separator: UInt8(ascii: "T"), digits: 3)
            cursor.byte(UInt8(ascii: "+"))
            cursor.padded(0, digits: 2)
            cursor.byte(UInt8(ascii: ":"))
            cursor.padded(0, digits: 2)
        case .epochMilliseconds: cursor.decimal(word / 1000)
        case .epochSeconds:
            cursor.decimal(word / 1_000_000)
            cursor.byte(UInt8(ascii: "."))
            cursor.padded(Int(truncatingIfNeeded: word / 1000 % 1000), digits: 3)
        }
        return cursor.position - output
    }

    /// The word's text.
    static func text(_ word: UInt64, as form: Form) -> String {
        withUnsafeTemporaryAllocation(of: UInt8.self, capacity: largestLength) { buffer in
            // SAFETY: an allocation of a capacity above zero has a base address, and `write` initialises what it counts.
            guard let start = buffer.baseAddress else { return "" }
            let count = write(word, as: form, to: start)
            return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
        }
    }
}

/// A place in memory to which bytes are written one after the other; whoever makes one has seen to the room.
private struct Cursor {
    var position: UnsafeMutablePointer<UInt8>

    @inline(__always)
    init(start: UnsafeMutablePointer<UInt8>) { position = start }

    @inline(__always)
    mutating func byte(_ value: UInt8) {
        position.initialize(to: value)
        position += 1
    }

    /// Digits from the last to the first; the value must have no more of them.
    @inline(__always)
    mutating func padded(_ value: Int, digits: Int) {
        var rest = UInt32(truncatingIfNeeded: value)
        var index = digits
        while index > 0 {
            index -= 1
            (position + index).initialize(to: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        position += digits
    }

    @inline(__always)
    mutating func decimal(_ value: UInt64) {
        var digits = 1
        var shortened = value / 10
        while shortened > 0 {
            digits += 1
            shortened /= 10
        }
        var rest = value
        var index = digits
        while index > 0 {
            index -= 1
            (position + index).initialize(to: UInt8(ascii: "0") &+ UInt8(truncatingIfNeeded: rest % 10))
            rest /= 10
        }
        position += digits
    }

    /// The lowest digits of the value; `letters` is the letter for ten.
    @inline(__always)
    mutating func hexadecimal(_ value: UInt64, digits: Int, letters: UInt8) {
        var shift = digits * 4
        while shift > 0 {
            shift -= 4
            let digit = UInt8(truncatingIfNeeded: (value &>> UInt64(truncatingIfNeeded: shift)) & 0xF)
            byte(digit < 10 ? UInt8(ascii: "0") &+ digit : letters &+ digit &- 10)
        }
    }

    @inline(__always)
    mutating func guid(_ identity: UInt64) {
        let high = mixed(identity)
        hexadecimal(high >> 32, digits: 8, letters: UInt8(ascii: "a"))
        byte(UInt8(ascii: "-"))
        hexadecimal(high >> 16, digits: 4, letters: UInt8(ascii: "a"))
        byte(UInt8(ascii: "-"))
        hexadecimal(high, digits: 4, letters: UInt8(ascii: "a"))
        byte(UInt8(ascii: "-"))
        hexadecimal(identity >> 48, digits: 4, letters: UInt8(ascii: "a"))
        byte(UInt8(ascii: "-"))
        hexadecimal(identity, digits: 12, letters: UInt8(ascii: "a"))
    }

    @inline(__always)
    mutating func dateTime(_ microseconds: UInt64, separator: UInt8, digits: Int) {
        let time = CivilTime(microseconds: microseconds)
        padded(time.year, digits: 4)
        byte(UInt8(ascii: "-"))
        padded(time.month, digits: 2)
        byte(UInt8(ascii: "-"))
        padded(time.day, digits: 2)
        byte(separator)
        padded(time.hour, digits: 2)
        byte(UInt8(ascii: ":"))
        padded(time.minute, digits: 2)
        byte(UInt8(ascii: ":"))
        padded(time.second, digits: 2)
        guard digits > 0 else { return }
        byte(UInt8(ascii: "."))
        padded(digits == 3 ? time.microsecond / 1000 : time.microsecond, digits: digits)
    }
}
