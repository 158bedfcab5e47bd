import Glibc
import Testing

@testable import Events

@Suite("Time zones")
struct TimeZoneTests {
    private static let hasData = access(TimeZone.systemDirectory + "/Europe/Berlin", R_OK) == 0

    @Test(
        "may be distances from UTC",
        arguments: [
            ("UTC", 0), ("Z", 0), ("GMT", 0), ("+02:00", 7200), ("-0330", -12600), ("+05", 18000), ("+2", 7200),
            ("-2", -7200),
            ("+05:45", 20700),
        ])
    func fixed(_ name: String, _ offset: Int) throws {
        let zone = try TimeZone(name)
        #expect(zone.offset(at: 0) == offset)
        #expect(zone.seconds(ofLocal: 100_000) == 100_000 - Int64(offset))
    }

    @Test("say what to do where there is none of that name")
    func unknown() {
        for name in [
            "", "Europe/Nowhere", "../../etc/passwd", "/etc/passwd", "+99", "+2:00", "a b", "Europe", "UTC+2x",
        ] {
            do {
                _ = try TimeZone(name)
                Issue.record("\(name) was accepted")
            } catch {
                #expect(error.description.contains("+02:00"))
            }
        }
        #expect(throws: TimeZoneError.noData(name: "Europe/Berlin", directory: "/nonexistent")) {
            try TimeZone("Europe/Berlin", directory: "/nonexistent")
        }
    }

    @Test("know the past and the rule for the future", .enabled(if: hasData, "no data of time zones on this machine"))
    func places() throws {
        let berlin = try TimeZone("Europe/Berlin")
        #expect(berlin.offset(at: 1_600_564_623) == 7200)
        #expect(berlin.abbreviation(at: 1_600_564_623) == "CEST")
        #expect(berlin.offset(at: 1_606_000_000) == 3600)
        // 2045-07-01 and 2045-12-01 are beyond all changes on record.
        #expect(berlin.offset(at: 2_382_566_400) == 7200)
        #expect(berlin.offset(at: 2_395_785_600) == 3600)
        let sydney = try TimeZone("Australia/Sydney")
        #expect(sydney.offset(at: 2_382_566_400) == 36000)
        #expect(sydney.offset(at: 2_395_785_600) == 39600)
        #expect(try TimeZone("Asia/Kathmandu").offset(at: 1_600_564_623) == 20700)
        #expect(try TimeZone("Asia/Kolkata").abbreviation(at: 1_600_564_623) == "IST")
    }

    @Test(
        "take a time shown twice as the earlier and one skipped as after the gap",
        .enabled(if: hasData, "no data of time zones on this machine"))
    func changes() throws {
        let berlin = try TimeZone("Europe/Berlin")
        // 2020-10-25 02:30 is shown twice, first as summer time.
        let twice = CivilTime(year: 2020, month: 10, day: 25, hour: 2, minute: 30).secondsSinceEpoch
        #expect(berlin.seconds(ofLocal: twice) == twice - 7200)
        // 2020-03-29 02:30 is not shown at all.
        let skipped = CivilTime(year: 2020, month: 3, day: 29, hour: 2, minute: 30).secondsSinceEpoch
        #expect(berlin.seconds(ofLocal: skipped) == skipped - 3600)
    }

    @Test(
        "follow POSIX rules",
        arguments: [
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2020-07-01T00:00:00Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2020-03-29T00:59:59Z", 3600),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2020-03-29T01:00:00Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2020-10-25T00:59:59Z", 7200),
            ("CET-1CEST,M3.5.0,M10.5.0/3", "2020-10-25T01:00:00Z", 3600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2020-01-01T00:00:00Z", 39600),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", "2020-07-01T00:00:00Z", 36000),
            ("<+0330>-3:30", "2020-07-01T00:00:00Z", 12600), ("EST5EDT4,J60,J300", "2020-03-01T06:59:59Z", -18000),
            ("EST5EDT4,J60,J300", "2020-03-01T07:00:00Z", -14400), ("EST5EDT,59,299/0", "2019-03-01T07:00:00Z", -14400),
            ("IST-2IDT,M3.4.4/26,M10.5.0", "2020-03-26T23:59:59Z", 7200),
            ("IST-2IDT,M3.4.4/26,M10.5.0", "2020-03-27T00:00:00Z", 10800),
            ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", "2024-03-31T01:00:00Z", -3600),
        ])
    func rules(_ text: String, _ time: String, _ offset: Int) throws {
        let rule = try #require(ZoneRule(Array(text.utf8)))
        let time = try #require(Timestamp.parse(time, zone: .utc))
        #expect(rule.period(at: time.seconds).offset == offset)
    }

    @Test(
        "refuse rules that are none",
        arguments: [
            "", "CET", "CET-1CEST", "CET-1CEST,M13.1.0,M10.5.0", "CET-25", "<+01-1", "CET-1CEST,M3.5.0", "CET-1x,,",
        ])
    func badRules(_ text: String) {
        #expect(ZoneRule(Array(text.utf8)) == nil)
    }

    @Test("read compiled files, and refuse those that are cut off or contradict themselves")
    func files() throws {
        let file = compiled(transitions: [0, 1000], kinds: [1, 0], footer: "AAA-1")
        let table = try ZoneTable(file)
        #expect(table.period(at: -5).offset == 3600)
        #expect(table.period(at: 0).offset == 7200)
        #expect(table.period(at: 999).abbreviation == "BBB")
        #expect(table.period(at: 5000).offset == 3600)
        for length in 0..<file.count - 7 {
            #expect(throws: ZoneTable.Damage.self) { try ZoneTable(Array(file[..<length])) }
        }
        #expect(throws: ZoneTable.Damage.self) {
            try ZoneTable(compiled(transitions: [9, 3], kinds: [0, 0], footer: ""))
        }
        #expect(throws: ZoneTable.Damage.self) { try ZoneTable(compiled(transitions: [3], kinds: [7], footer: "")) }
        #expect(throws: ZoneTable.Damage.self) { try ZoneTable(compiled(transitions: [3], kinds: [0], footer: "?")) }
    }

    @Test("read or refuse compiled files of which a byte is damaged, and read those where nobody looks at it")
    func damagedFiles() throws {
        let file = compiled(transitions: [0, 1000], kinds: [1, 0], footer: "AAA-1")
        // What the first header keeps free, and the data of the first block, which are for old readers.
        let unread = Set(5..<20).union(44..<51)
        var read = 0
        for place in file.indices {
            for bit in 0..<8 {
                var broken = file
                broken[place] ^= 1 << UInt8(bit)
                guard let table = try? ZoneTable(broken) else {
                    #expect(!unread.contains(place), "bit \(bit) of byte \(place)")
                    continue
                }
                read += 1
                let offsets = [-5, 500, 5000].map { table.period(at: $0).offset }
                if unread.contains(place) { #expect(offsets == [3600, 7200, 3600], "bit \(bit) of byte \(place)") }
            }
        }
        #expect(read > unread.count * 8 && read < file.count * 8, "\(read) of \(file.count * 8)")
    }

    /// A version 2 file with two types, `AAA` an hour and `BBB` two hours ahead.
    private func compiled(transitions: [Int64], kinds: [UInt8], footer: String) -> [UInt8] {
        func bytes(_ value: Int32) -> [UInt8] { (0..<4).map { UInt8(truncatingIfNeeded: value >> (24 - 8 * $0)) } }
        func header(_ transitions: Int, _ types: Int, _ characters: Int) -> [UInt8] {
            Array("TZif2".utf8) + [UInt8](repeating: 0, count: 15)
                + [0, 0, 0, transitions, types, characters].flatMap { bytes(Int32($0)) }
        }
        var file = header(0, 1, 1) + [UInt8](repeating: 0, count: 7) + header(transitions.count, 2, 8)
        file += transitions.flatMap { value in (0..<8).map { UInt8(truncatingIfNeeded: value >> (56 - 8 * $0)) } }
        file += kinds + bytes(3600) + [0, 0] + bytes(7200) + [1, 4] + Array("AAA\0BBB\0".utf8)
        return file + Array("\n\(footer)\n".utf8)
    }
}
