import Glibc

/// The rules of a place, read from a compiled time zone file (RFC 8536, "TZif", version 2 or later).
final class ZoneTable: Sendable {
    /// What holds between two changes.
    struct Period: Sendable {
        var offset: Int
        var abbreviation: String
    }

    private let transitions: [Int64]
    /// For each transition the period that it begins.
    private let kinds: [UInt8]
    private let periods: [Period]
    /// What holds after the last transition, where the file says.
    private let rule: ZoneRule?

    func period(at seconds: Int64) -> Period {
        guard let first = transitions.first, seconds >= first else {
            // Before all changes the first period holds, and where there are no changes the rule may be all there is.
            if transitions.isEmpty, let rule { return rule.period(at: seconds) }
            return periods[0]
        }
        if let rule, let last = transitions.last, seconds >= last { return rule.period(at: seconds) }
        var lower = 0
        var upper = transitions.count
        while upper - lower > 1 {
            let middle = (lower + upper) / 2
            if transitions[middle] <= seconds { lower = middle } else { upper = middle }
        }
        return periods[Int(kinds[lower])]
    }

    convenience init(name: String, directory: String) throws(TimeZoneError) {
        let path = directory + "/" + name
        let isPlain = name.utf8.allSatisfy { byte in
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2B, 0x2D, 0x2F, 0x5F: return true
            default: return false
            }
        }
        // No dot may be in a name, so none leads out of the folder.
        guard isPlain, !name.isEmpty, name.utf8.first != 0x2F, let bytes = ZoneTable.read(path) else {
            if access(directory, F_OK) != 0 { throw .noData(name: name, directory: directory) }
            throw .unknown(name: name, directory: directory)
        }
        do {
            try self.init(bytes)
        } catch {
            throw .damaged(name: name, path: path, reason: error.reason)
        }
    }

    /// The bytes of a regular file, at most a mebibyte.
    private static func read(_ path: String) -> [UInt8]? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { return nil }
        var bytes = [UInt8](repeating: 0, count: 1 << 20)
        var count = 0
        while count < bytes.count {
            // SAFETY: the range given to `read` lies within the array's storage.
            let got = bytes.withUnsafeMutableBytes { buffer in
                Glibc.read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
            }
            if got < 0 { return nil }
            if got == 0 { break }
            count += got
        }
        return Array(bytes[..<count])
    }

    struct Damage: Error { var reason: String }

    /// Reads the bytes of a file.
    init(_ bytes: [UInt8]) throws(Damage) {
        var reader = ZoneReader(bytes: bytes)
        let first = try reader.header()
        guard first.version >= 0x32 else { throw Damage(reason: "it is of version 1, which has 32-bit times only") }
        // The first block repeats the data in 32 bits for old readers.
        try reader.skip(first.length(timeSize: 4))
        let header = try reader.header()
        guard header.types > 0 else { throw Damage(reason: "it has no local time types") }
        var transitions: [Int64] = []
        for _ in 0..<header.transitions { transitions.append(try reader.integer64()) }
        let kinds = try reader.take(header.transitions)
        var raw: [(offset: Int, name: Int)] = []
        for _ in 0..<header.types {
            let offset = Int(try reader.integer32())
            _ = try reader.take(1)
            raw.append((offset, Int(try reader.take(1)[0])))
        }
        let names = try reader.take(header.characters)
        try reader.skip(header.leapSeconds * 12 + header.standardFlags + header.universalFlags)
        guard kinds.allSatisfy({ Int($0) < header.types }),
            zip(transitions, transitions.dropFirst()).allSatisfy({ $0 < $1 })
        else { throw Damage(reason: "its transitions are out of order or of unknown type") }
        periods = raw.map { type in
            Period(
                offset: type.offset,
                abbreviation: String(decoding: names.dropFirst(type.name).prefix { $0 != 0 }, as: UTF8.self))
        }
        self.transitions = transitions
        self.kinds = kinds
        let footer = reader.footer()
        if footer.isEmpty {
            rule = nil
        } else {
            guard let rule = ZoneRule(footer) else { throw Damage(reason: "its footer is no valid rule") }
            self.rule = rule
        }
    }
}

/// Reads the parts of a time zone file.
private struct ZoneReader {
    let bytes: [UInt8]
    var index = 0

    struct Header {
        var version: UInt8
        var universalFlags: Int
        var standardFlags: Int
        var leapSeconds: Int
        var transitions: Int
        var types: Int
        var characters: Int

        func length(timeSize: Int) -> Int {
            transitions * (timeSize + 1) + types * 6 + characters + leapSeconds * (timeSize + 4) + standardFlags
                + universalFlags
        }
    }

    init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    mutating func header() throws(ZoneTable.Damage) -> Header {
        guard Array(try take(4)) == Array("TZif".utf8) else { throw ZoneTable.Damage(reason: "it is no TZif file") }
        let version = try take(16)[0]
        var counts: [Int] = []
        for _ in 0..<6 {
            let count = Int(try integer32())
            guard count >= 0 else { throw ZoneTable.Damage(reason: "a count is negative") }
            counts.append(count)
        }
        return Header(
            version: version, universalFlags: counts[0], standardFlags: counts[1], leapSeconds: counts[2],
            transitions: counts[3], types: counts[4], characters: counts[5])
    }

    mutating func take(_ count: Int) throws(ZoneTable.Damage) -> [UInt8] {
        guard bytes.count - index >= count else { throw ZoneTable.Damage(reason: "it ends too early") }
        defer { index += count }
        return Array(bytes[index..<(index + count)])
    }

    mutating func skip(_ count: Int) throws(ZoneTable.Damage) {
        guard bytes.count - index >= count else { throw ZoneTable.Damage(reason: "it ends too early") }
        index += count
    }

    mutating func integer32() throws(ZoneTable.Damage) -> Int32 {
        Int32(bitPattern: try take(4).reduce(0) { $0 << 8 | UInt32($1) })
    }

    mutating func integer64() throws(ZoneTable.Damage) -> Int64 {
        Int64(bitPattern: try take(8).reduce(0) { $0 << 8 | UInt64($1) })
    }

    /// The text between the two line feeds at the end.
    func footer() -> [UInt8] {
        guard index < bytes.count, bytes[index] == 0x0A else { return [] }
        return Array(bytes[(index + 1)...].prefix { $0 != 0x0A })
    }
}
