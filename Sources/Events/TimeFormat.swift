/// A `strftime` format made ready: writes times as text and reads them back.
public struct TimeFormat: Hashable, Sendable {
    enum Part: Hashable, Sendable {
        case text([UInt8])
        case field(Field)
    }

    enum Field: Hashable, Sendable {
        case year, century, yearOfCentury, weekYear, weekYearOfCentury
        case month, monthName, monthAbbreviation
        case day, dayPadded, dayOfYear
        case weekdayName, weekdayAbbreviation, weekdayFromSunday, weekdayFromMonday
        case weekFromSunday, weekFromMonday, isoWeek
        case hour, hourPadded, hourOfHalf, hourOfHalfPadded, half, halfLowercase
        case minute, second
        /// So many digits of the fraction, 1 to 9.
        case fraction(Int)
        case epoch
        /// `+0200`, and with more colons `+02:00`, `+02:00:00`, `+02`.
        case offset(colons: Int)
        case offsetInMinutes
        case zoneName
    }

    let parts: [Part]

    /// Takes a format apart.
    ///
    /// Supported: `%a %A %b %B %h %c %C %d %D %e %f %F %g %G %H %I %j %k %l %m %M %n %N %p %P %Q %R %s %S %t %T %u %U %V
    /// %w %W %x %X %y %Y %z %:z %::z %:::z %Ez %Z %+ %%`, and a width from 1 to 9 before `N` and `Q` (`%3N`). Without one `%N`
    /// has nine digits and `%Q` three, as in Splunk; `%f` has six.
    /// - Throws: `TimeFormatError` for any other.
    public init(_ format: String) throws(TimeFormatError) {
        var parts: [Part] = []
        try TimeFormat.append(Array(format.utf8), of: format, to: &parts)
        self.parts = parts
    }

    /// The same, but that what is no directive stands for itself, as the C library writes it.
    public init(lenient format: String) {
        var parts: [Part] = []
        var rest = Array(format.utf8)[...]
        while let percent = rest.firstIndex(of: 0x25) {
            if percent > rest.startIndex { TimeFormat.append(text: rest[..<percent], to: &parts) }
            let letter = rest[(percent + 1)...].firstIndex { !TimeFormat.isMark($0) } ?? rest.endIndex - 1
            let written = rest[percent...letter]
            do throws(TimeFormatError) {
                try TimeFormat.append(Array(written), of: format, to: &parts)
            } catch {
                TimeFormat.append(text: written, to: &parts)
            }
            rest = rest[(letter + 1)...]
        }
        if !rest.isEmpty { TimeFormat.append(text: rest, to: &parts) }
        self.parts = parts
    }

    /// Whether a byte may stand between the percent sign and the letter: a width, colons, the `E` of `%Ez`.
    private static func isMark(_ byte: UInt8) -> Bool { 0x31...0x39 ~= byte || byte == 0x3A || byte == 0x45 }

    private static func append(
        _ bytes: [UInt8], of format: String, to parts: inout [Part]
    ) throws(TimeFormatError) {
        var index = 0
        while index < bytes.count {
            let start = index
            while index < bytes.count, bytes[index] != 0x25 { index += 1 }
            if index > start { append(text: bytes[start..<index], to: &parts) }
            if index >= bytes.count { break }
            let percent = index
            index += 1
            var width: Int?
            var colons = 0
            var countsMinutes = false
            marks: while index < bytes.count {
                switch bytes[index] {
                case 0x31...0x39 where width == nil: width = Int(bytes[index] - 0x30)
                case 0x3A where colons < 3: colons += 1
                case 0x45 where !countsMinutes: countsMinutes = true
                default: break marks
                }
                index += 1
            }
            guard index < bytes.count else {
                throw TimeFormatError(format: format, column: percent + 1, directive: "%")
            }
            if countsMinutes {
                guard bytes[index] == UInt8(ascii: "z"), width == nil, colons == 0 else {
                    throw TimeFormatError(format: format, column: percent + 1, directive: "%E")
                }
                parts.append(.field(.offsetInMinutes))
            } else {
                try append(directive: bytes[index], width, colons, of: format, at: percent, to: &parts)
            }
            index += 1
        }
    }

    private static func append(text: some Sequence<UInt8>, to parts: inout [Part]) {
        if case .text(let before)? = parts.last {
            parts[parts.count - 1] = .text(before + text)
        } else {
            parts.append(.text(Array(text)))
        }
    }

    private static func append(
        directive: UInt8, _ width: Int?, _ colons: Int, of format: String, at percent: Int, to parts: inout [Part]
    ) throws(TimeFormatError) {
        let letter = Unicode.Scalar(directive)
        if width == nil || letter == "N" || letter == "Q", colons == 0 || letter == "z" {
            if let field = field(letter, width, colons) {
                parts.append(.field(field))
                return
            }
            if let text = literals[letter] {
                append(text: [text], to: &parts)
                return
            }
            if let meaning = abbreviations[letter] {
                try append(Array(meaning.utf8), of: format, to: &parts)
                return
            }
        }
        let written = Array(format.utf8).dropFirst(percent).prefix { $0 != directive } + [directive]
        throw TimeFormatError(
            format: format, column: percent + 1, directive: String(decoding: written, as: UTF8.self))
    }

    private static let literals: [Unicode.Scalar: UInt8] = ["%": 0x25, "n": 0x0A, "t": 0x09]

    private static let abbreviations: [Unicode.Scalar: String] = [
        "c": "%a %b %e %H:%M:%S %Y", "D": "%m/%d/%y", "F": "%Y-%m-%d", "R": "%H:%M", "T": "%H:%M:%S",
        "x": "%m/%d/%Y", "X": "%H:%M:%S", "+": "%a %b %e %H:%M:%S %Z %Y",
    ]

    private static func field(_ letter: Unicode.Scalar, _ width: Int?, _ colons: Int) -> Field? {
        switch letter {
        case "N": return .fraction(width ?? 9)
        case "Q": return .fraction(width ?? 3)
        case "z": return .offset(colons: colons)
        default: return fields[letter]
        }
    }

    private static let fields: [Unicode.Scalar: Field] = [
        "Y": .year, "C": .century, "y": .yearOfCentury, "G": .weekYear, "g": .weekYearOfCentury,
        "m": .month, "B": .monthName, "b": .monthAbbreviation, "h": .monthAbbreviation,
        "d": .day, "e": .dayPadded, "j": .dayOfYear,
        "A": .weekdayName, "a": .weekdayAbbreviation, "w": .weekdayFromSunday, "u": .weekdayFromMonday,
        "U": .weekFromSunday, "W": .weekFromMonday, "V": .isoWeek,
        "H": .hour, "k": .hourPadded, "I": .hourOfHalf, "l": .hourOfHalfPadded, "p": .half, "P": .halfLowercase,
        "M": .minute, "S": .second, "f": .fraction(6), "s": .epoch, "Z": .zoneName,
    ]

    static let monthNames = [
        "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
        "December",
    ]
    static let weekdayNames = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
}

/// A directive that a time format may not have.
public struct TimeFormatError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The whole format, as given.
    public var format: String
    /// Of the percent sign, from 1.
    public var column: Int
    /// With its percent sign; `%` alone where the format ends there.
    public var directive: String

    /// Names the format, the directive and its column, and says what to write instead.
    public var description: String {
        "the time format \"\(format)\" has an unsupported \"\(directive)\" at column \(column): use the directives of "
            + "strftime, or %% for a percent sign"
    }
}
