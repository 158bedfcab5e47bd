/// Where a plant came to lie in its archive.
struct PlantPlace: Sendable {
    var plant: Plant
    /// Counted from 1.
    var line: Int
    /// Of the line's first byte, before compression.
    var offset: Int
}

/// Writes what is to be found where.
struct Expectations {
    /// The rows of the detection over all archives.
    private(set) var rows: [FindingRow: (count: Int, first: UInt64, last: UInt64)] = [:]
    private let factory: PlantFactory

    init(_ factory: PlantFactory) { self.factory = factory }

    /// The line of `expected.trawl.jsonl` for a plant; a finding also counts for its row.
    mutating func line(for place: PlantPlace, in archive: ArchivePlan) -> [UInt8] {
        let plant = place.plant
        var object = JSONLine()
        object.string("archive", archive.name)
        object.token("line", String(place.line))
        object.token("offset", String(place.offset))
        object.string("shape", archive.shape.rawValue)
        object.string("kind", plant.kind.rawValue)
        object.string("why", factory.why(plant))
        switch plant.kind {
        case .finding:
            let (row, time) = factory.finding(plant, in: archive)
            var members = JSONLine()
            for (name, value) in row.members { members.string(name, value) }
            object.token("row", members.text)
            object.token("_time", Self.seconds(time))
            let known = rows[row]
            rows[row] = ((known?.count ?? 0) + 1, min(known?.first ?? time, time), max(known?.last ?? time, time))
        case .malformed:
            object.string(
                "found_by", DefectiveLine.malformed[plant.recipe].isSeenByFraming ? "framing" : "parsing")
        case .nearMiss, .blank: break
        }
        return Array(object.text.utf8) + [0x0A]
    }

    /// The lines of `expected_rows.trawl.jsonl`: the rows of the detection in its order, each one step down under `row`, so that
    /// a hunt through the whole folder does not take them for process events.
    func rowLines() -> [[UInt8]] {
        rows.sorted { $0.key.precedes($1.key) }.map { row, times in
            var object = JSONLine()
            for (name, value) in row.members { object.string(name, value) }
            object.token("count", String(times.count))
            object.string("firstTime", Self.calendar(times.first))
            object.string("lastTime", Self.calendar(times.last))
            var line = JSONLine()
            line.token("row", object.text)
            return Array(line.text.utf8) + [0x0A]
        }
    }

    /// Seconds since 1970 with as many decimals as are not zero.
    static func seconds(_ microseconds: UInt64) -> String {
        let fraction = microseconds % 1_000_000
        guard fraction > 0 else { return String(microseconds / 1_000_000) }
        var digits = Array(String(fraction + 1_000_000).utf8.dropFirst())
        while digits.last == UInt8(ascii: "0") { digits.removeLast() }
        return "\(microseconds / 1_000_000).\(String(decoding: digits, as: UTF8.self))"
    }

    /// `2025-03-10T07:08:09`, in UTC and without a zone.
    private static func calendar(_ microseconds: UInt64) -> String {
        String(WordFormatter.text(microseconds, as: .isoMilliseconds).prefix(19))
    }
}

/// A JSON object on one line.
private struct JSONLine {
    private var members: [String] = []

    var text: String { "{" + members.joined(separator: ",") + "}" }

    private func quoted(_ text: String) -> String {
        var bytes: [UInt8] = []
        appendJSON(text.utf8, to: &bytes)
        return "\"\(String(decoding: bytes, as: UTF8.self))\""
    }

    mutating func string(_ name: String, _ value: String) { members.append("\(quoted(name)):\(quoted(value))") }

    /// A number or an object, as its text.
    mutating func token(_ name: String, _ text: String) { members.append("\(quoted(name)):\(text)") }
}
