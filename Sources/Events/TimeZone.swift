/// Where clocks show what: a fixed distance from UTC, or the rules of a place.
public struct TimeZone: Sendable {
    /// As it was given: `UTC`, `+02:00`, `Europe/Berlin`.
    public let name: String
    private let fixedOffset: Int
    private let table: ZoneTable?

    /// What times without a zone are in where nothing else is said.
    public static let utc = TimeZone(name: "UTC", fixedOffset: 0)

    private init(name: String, fixedOffset: Int, table: ZoneTable? = nil) {
        self.name = name
        self.fixedOffset = fixedOffset
        self.table = table
    }

    /// Reads `UTC`, `GMT`, `Z`, an offset (`+02:00`, `-0330`, `+2`), or the name of a place in the system's time zone data.
    ///
    /// - Parameters:
    ///   - name: compared as written; the names of places heed case, as the files do.
    ///   - directory: where the compiled time zone data is.
    /// - Throws: `TimeZoneError`, which says what to do.
    public init(_ name: String, directory: String = TimeZone.systemDirectory) throws(TimeZoneError) {
        switch name {
        case "UTC", "utc", "GMT", "gmt", "Z", "z": self.init(name: "UTC", fixedOffset: 0)
        default:
            if let offset = TimeZone.offset(in: name) {
                self.init(name: name, fixedOffset: offset)
            } else {
                self.init(name: name, fixedOffset: 0, table: try ZoneTable(name: name, directory: directory))
            }
        }
    }

    /// Where systems with glibc keep compiled time zone data (package tzdata).
    public static let systemDirectory = "/usr/share/zoneinfo"

    private static func offset(in name: String) -> Int? {
        var name = name
        return name.withUTF8 { text -> Int? in
            guard let sign = text.first, sign == 0x2B || sign == 0x2D else { return nil }
            if text.count == 2, text[1] &- 0x30 < 10 {
                return Int(text[1] &- 0x30) * (sign == 0x2D ? -3600 : 3600)
            }
            var reader = TimeReader(UnsafeRawBufferPointer(text))
            guard let offset = reader.zoneOffset(), reader.isAtEnd else { return nil }
            return offset
        }
    }

    /// Seconds that clocks are ahead of UTC at a moment, in seconds since the epoch.
    ///
    /// - Complexity: constant for a fixed offset, else logarithmic in the number of changes on record.
    public func offset(at seconds: Int64) -> Int {
        table?.period(at: seconds).offset ?? fixedOffset
    }

    /// What the zone is called then: `CEST`, or the offset as text where there is no name.
    public func abbreviation(at seconds: Int64) -> String {
        table?.period(at: seconds).abbreviation ?? name
    }

    /// The moment at which clocks show a time, given as if it were seconds since the epoch.
    ///
    /// A time that is shown twice is the earlier one; a time that is skipped counts on from before the gap.
    public func seconds(ofLocal local: Int64) -> Int64 {
        guard let table else { return local - Int64(fixedOffset) }
        // Clocks don't change twice within two days.
        let before = local - Int64(table.period(at: local - 86400).offset)
        let after = local - Int64(table.period(at: local + 86400).offset)
        for candidate in [min(before, after), max(before, after)]
        where candidate + Int64(table.period(at: candidate).offset) == local {
            return candidate
        }
        return before
    }
}

extension TimeZone: Equatable {
    /// The same name means the same zone: the data behind it is not compared.
    public static func == (left: TimeZone, right: TimeZone) -> Bool {
        left.name == right.name && left.fixedOffset == right.fixedOffset
    }
}

/// Why a time zone can't be used.
public enum TimeZoneError: Error, Hashable, Sendable, CustomStringConvertible {
    /// There is no such zone.
    case unknown(name: String, directory: String)
    /// The machine has no time zone data.
    case noData(name: String, directory: String)
    /// A file is there that can't be read as time zone data.
    case damaged(name: String, path: String, reason: String)

    /// What is wrong and what to give or install instead.
    public var description: String {
        switch self {
        case .unknown(let name, let directory):
            return "there is no time zone \"\(name)\" in \(directory): give a name such as Europe/Berlin, "
                + "an offset such as +02:00, or UTC"
        case .noData(let name, let directory):
            return "the time zone \"\(name)\" needs the time zone data in \(directory), which is not there: "
                + "install the package tzdata, or give an offset such as +02:00"
        case .damaged(let name, let path, let reason):
            return "the time zone \"\(name)\" can't be read from \(path): \(reason); "
                + "reinstall the package tzdata, or give an offset such as +02:00"
        }
    }
}
