import Foundation
import Testing

@testable import Telemetry

@Suite struct GenerationTests {
    private func generated(_ options: GenerationOptions) async throws -> [String: [UInt8]] {
        let folder = try TemporaryFolder()
        _ = try await generate(into: folder.path, options: options)
        return try folder.contents()
    }

    @Test("the same seed makes the same bytes whatever the number of threads")
    func threads() async throws {
        let one = try await generated(.small { $0.threads = 1 })
        let many = try await generated(.small { $0.threads = 37 })
        #expect(one.count == 13)
        #expect(one == many)
    }

    @Test("blocks made ahead of each other make the archive that one thread makes")
    func blocksAhead() async throws {
        for compression in [Compression.none, .zstdSeekable, .lz4Linked, .gzip] {
            let options = GenerationOptions.small {
                $0.shapes = [.evtxDump]
                $0.compressions = [compression]
                $0.archives = 1
            }
            var alone = options
            alone.threads = 1
            #expect(try await generated(options) == generated(alone), "\(compression)")
        }
    }

    @Test("another seed makes other archives")
    func seeds() async throws {
        let one = try await generated(.small { $0.shapes = [.cim, .crowdstrike] })
        let other = try await generated(
            .small {
                $0.shapes = [.cim, .crowdstrike]
                $0.seed = 2
            })
        #expect(one.keys == other.keys)
        #expect(one.allSatisfy { other[$0.key] != $0.value })
    }

    @Test("what is expected is where it is said to be, and the detection finds it and nothing else", arguments: [1, 2])
    func expectations(seed: UInt64) async throws {
        let folder = try TemporaryFolder()
        let report = try await generate(
            into: folder.path,
            options: .small {
                $0.seed = seed
                $0.compressions = [.none]
            })
        var expected: [String: [String: Any]] = [:]
        for plant in try folder.objects(report.plantsName) {
            let key = "\(plant["archive"] ?? ""):\(plant["line"] ?? 0)"
            #expect(expected.updateValue(plant, forKey: key) == nil)
        }
        #expect(expected.count == 212)
        var rows: [[String: String]: Int] = [:]
        for archive in report.archives {
            let bytes = try folder.bytes(archive.name)
            #expect(bytes.count == archive.bytes && bytes.last == 0x0A)
            var counts = [0, 0, 0]
            for (index, (offset, line)) in lines(bytes).enumerated() {
                let plant = expected.removeValue(forKey: "\(archive.name):\(index + 1)")
                if let plant { #expect(plant["offset"] as? Int == offset) }
                let kind = plant?["kind"] as? String
                if line.allSatisfy({ $0 <= 0x20 }) {
                    #expect(kind == "blank", "\(archive.name):\(index + 1)")
                    counts[2] += 1
                    continue
                }
                guard let row = Result(catching: { try DetectionOracle.row(line) }).value else {
                    #expect(kind == "malformed", "\(archive.name):\(index + 1)")
                    let isFramed = line.first == UInt8(ascii: "{") && line.last == UInt8(ascii: "}")
                    #expect(plant?["found_by"] as? String == (isFramed ? "parsing" : "framing"))
                    counts[1] += 1
                    continue
                }
                counts[0] += 1
                #expect(kind != "malformed" && (row != nil) == (kind == "finding"), "\(plant ?? [:])")
                if let row {
                    #expect(plant?["row"] as? [String: String] == row)
                    rows[row, default: 0] += 1
                }
            }
            #expect(counts == [archive.events, archive.malformed, archive.blank])
        }
        #expect(expected.isEmpty)
        let aggregated = try folder.objects(report.rowsName).compactMap { $0["row"] as? [String: Any] }
        #expect(aggregated.count == rows.count && aggregated.count == report.rows && rows.values.contains { $0 > 1 })
        for row in aggregated {
            let fields = row.compactMapValues { $0 as? String }.filter { $0.key != "firstTime" && $0.key != "lastTime" }
            #expect(rows[fields] == row["count"] as? Int)
        }
    }

    @Test("rows are sorted by their fields bytewise and span the times of their findings")
    func rows() async throws {
        let folder = try TemporaryFolder()
        let report = try await generate(into: folder.path, options: .small())
        let columns = [
            "dest", "user", "parent_process_name", "process_name", "process", "process_id", "parent_process_id",
        ]
        func key(_ row: [String: Any]) -> [[UInt8]] { columns.map { Array((row[$0] as? String ?? "").utf8) } }
        let rows = try folder.objects(report.rowsName).compactMap { $0["row"] as? [String: Any] }
        #expect(rows.count == report.rows && rows.count > 10)
        for (earlier, later) in zip(rows, rows.dropFirst()) {
            #expect(key(earlier).lexicographicallyPrecedes(key(later)) { $0.lexicographicallyPrecedes($1) })
        }
        var times: [[[UInt8]]: [Double]] = [:]
        for plant in try folder.objects(report.plantsName) where plant["kind"] as? String == "finding" {
            let row = try #require(plant["row"] as? [String: Any])
            times[key(row), default: []].append(try #require(plant["_time"] as? Double))
        }
        let formatter = ISO8601DateFormatter()
        for row in rows {
            let all = try #require(times[key(row)])
            for (name, time) in [("firstTime", all.min()), ("lastTime", all.max())] {
                let expected = formatter.string(from: Date(timeIntervalSince1970: (time ?? 0).rounded(.down)))
                #expect("\(row[name] ?? "")Z" == expected)
            }
        }
    }

    @Test("events can be counted instead of bytes")
    func events() async throws {
        let folder = try TemporaryFolder()
        let report = try await generate(
            into: folder.path,
            options: .small {
                $0.size = .events(5_000)
                $0.shapes = [.cim]
                $0.findings = 10
                $0.nearMisses = 10
            })
        #expect((5_000...5_020).contains(report.events))
    }

    @Test("every archive spans the duration, in order")
    func times() async throws {
        let folder = try TemporaryFolder()
        let report = try await generate(
            into: folder.path,
            options: .small {
                $0.shapes = [.cim]
                $0.compressions = [.none]
                $0.archives = 2
                $0.malformedLines = 0
                $0.blankLines = 0
            })
        // Some kinds of events tell their time in seconds since 1970, others in ISO 8601.
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        for archive in report.archives {
            let times = try folder.objects(archive.name).map { event in
                let text = try #require(event["_time"] as? String)
                return try #require(Double(text) ?? formatter.date(from: text)?.timeIntervalSince1970)
            }
            #expect(times.count == archive.events && times.count > 100)
            let first = try #require(times.first)
            let last = try #require(times.last)
            #expect(first >= 1_741_564_800 && first < 1_741_564_900)
            #expect(last > 1_741_564_800 + 85_000 && last < 1_741_564_800 + 86_401)
            // Records are created up to 33 milliseconds after what they tell of.
            #expect(zip(times, times.dropFirst()).allSatisfy { $0 < $1 + 0.033 })
        }
    }

    @Test("every pair of shape and compression occurs once there are enough archives")
    func pairs() {
        var options = GenerationOptions()
        options.archives = Shape.allCases.count * Compression.allCases.count
        let pairs = Set(options.archivePlans.map { [$0.shape.rawValue, $0.compression.rawValue] })
        #expect(pairs.count == options.archives)
    }
}

extension Result {
    fileprivate var value: Success? { try? get() }
}
