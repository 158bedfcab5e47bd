import Archives
import Detections
import Foundation
import Hunting
import Schemas
import TestSupport
import Testing
import YAML

/// All rules of the shared content over lines of the shared telemetry and over the regression data: what the engine takes,
/// and what a plain reading of rules, events and gates does.
///
/// Every so many lines of each archive are looked at: `TRAWL_NAIVE_STEP` says how many, 1 for all of them.
@Suite("The engine and a plain reading agree", .enabled(if: sharedFolder != nil, "no shared content on this machine"))
struct NaiveComparisonTests {
    private struct Rule: Sendable {
        let id: String
        let alternatives: [NaiveGate.Alternative]
        let document: YAMLNode
    }

    /// The rules of Windows whose logsource has a gate.
    private func rules(_ shared: String) throws -> [Rule] {
        func documents(_ path: String) throws -> [YAMLNode] {
            try YAMLStream(Array(try Data(contentsOf: URL(fileURLWithPath: path))), file: path).documents
        }
        let gate = NaiveGate(try #require(try documents(shared + "/sigma-gate.yml").first))
        let folder = shared + "/content/sigma"
        let paths = try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".yml") }.sorted()
        return try paths.flatMap { try documents(folder + "/" + $0) }.compactMap { document in
            let alternatives = gate.alternatives(document["logsource"])
            guard let id = document["id"]?.text, !alternatives.isEmpty else { return nil }
            return Rule(id: id, alternatives: alternatives, document: document)
        }
    }

    /// Every so many lines of each archive, in one file.
    private func sample(_ paths: [String], step: Int, into file: String) async throws {
        let reader = ArchiveReader(archives: try ArchiveLocator().locate(paths: paths))
        var kept: [(archive: Int, segment: Int, offset: Int, bytes: Data)] = []
        while let chunk = await reader.next() {
            var bytes = Data()
            var start = 0
            var number = chunk.offset / 997
            while start < chunk.bytes.count, let base = chunk.bytes.baseAddress {
                // SAFETY: what is searched lies within the chunk.
                let feed = memchr(base + start, 0x0A, chunk.bytes.count - start)
                let end = feed.map { base.distance(to: UnsafeRawPointer($0)) } ?? chunk.bytes.count
                number += 1
                if number % step == 0 {
                    // Copied: a chunk's bytes are lent only until it is finished.
                    bytes.append(contentsOf: chunk.bytes[start..<end])
                    bytes.append(0x0A)
                }
                start = end + 1
            }
            kept.append((chunk.archive, chunk.segment, chunk.offset, bytes))
            reader.finish(chunk, lines: 0)
        }
        kept.sort { ($0.archive, $0.segment, $0.offset) < ($1.archive, $1.segment, $1.offset) }
        try kept.reduce(into: Data()) { $0 += $1.bytes }.write(to: URL(fileURLWithPath: file))
    }

    /// The identifiers of the rules that take each line, by the engine.
    private func engine(_ shared: String, _ file: String) async throws -> [Int: Set<String>] {
        let schema = testSchema
        var options = HuntOptions(now: .init(nanoseconds: 1_700_000_000_000_000_000))
        options.matchLimit = .max
        options.threads = 2
        let pack = DetectionPack(paths: [shared + "/content/sigma"])
        let hunter = try Hunter(rules: HuntRule.rules(of: pack.sigma, schema: schema), schema: schema, options: options)
        let report = await hunter.run(try ArchiveLocator().locate(paths: [file]))
        var found: [Int: Set<String>] = [:]
        for match in report.matches.all { found[match.line, default: []].insert(match.rule.id) }
        return found
    }

    private func compare(_ shared: String, _ file: String, least: Int) async throws {
        let rules = try rules(shared)
        var bySource: [String: [(rule: Int, alternative: NaiveGate.Alternative)]] = [:]
        for (number, rule) in rules.enumerated() {
            for alternative in rule.alternatives {
                for channel in alternative.channels {
                    for event in alternative.events ?? ["*"] {
                        bySource["\(channel)|\(event)", default: []].append((number, alternative))
                    }
                }
            }
        }
        #expect(rules.count > 1_900)
        let known = Set(rules.map(\.id))
        let engine = try await engine(shared, file)
        // Read when the first event needs it: most rules of a sample are never asked.
        var detections: [Int: NaiveDetection] = [:]
        var unknown: Set<Int> = []
        var line = 0
        var taken = 0
        for bytes in try Data(contentsOf: URL(fileURLWithPath: file)).split(
            separator: 0x0A, omittingEmptySubsequences: false)
        {
            line += 1
            guard let json = NaiveJSON(Array(bytes)), let source = NaiveEvent(json).source else { continue }
            var found: Set<String> = []
            var views: [[String: String]: NaiveEvent] = [:]
            let candidates =
                (bySource["\(source.channel)|\(source.event)"] ?? []) + (bySource["\(source.channel)|*"] ?? [])
            for (number, alternative) in candidates where !unknown.contains(number) {
                let event = views[alternative.renamed] ?? NaiveEvent(json, renamed: alternative.renamed)
                views[alternative.renamed] = event
                if detections[number] == nil {
                    do {
                        detections[number] = try NaiveDetection(try #require(rules[number].document["detection"]))
                    } catch {
                        unknown.insert(number)
                        continue
                    }
                }
                if alternative.takes(event), detections[number]?.test(event) == true { found.insert(rules[number].id) }
            }
            let skipped = Set(unknown.map { rules[$0].id })
            let expected = (engine[line] ?? []).intersection(known).subtracting(skipped)
            #expect(found == expected, "line \(line): \(String(decoding: bytes.prefix(300), as: UTF8.self))")
            taken += found.count
        }
        #expect(unknown.count < 5, "\(unknown.map { rules[$0].id })")
        #expect(taken >= least, "\(taken) matches in \(line) lines")
        print("a plain reading agrees: \(line) lines, \(taken) matches, \(detections.count) rules asked")
    }

    @Test("over lines of real telemetry")
    func telemetry() async throws {
        let shared = try #require(sharedFolder)
        let folder = try TemporaryFolder()
        let step = ProcessInfo.processInfo.environment["TRAWL_NAIVE_STEP"].flatMap(Int.init) ?? 300
        try await sample([shared + "/telemetry/otrf"], step: max(1, step), into: folder.path + "/sample.jsonl")
        try await compare(shared, folder.path + "/sample.jsonl", least: 1)
    }

    @Test("over the events that rules were made for")
    func regression() async throws {
        let shared = try #require(sharedFolder)
        let folder = try TemporaryFolder()
        try await sample([shared + "/content/sigma/regression"], step: 1, into: folder.path + "/sample.jsonl")
        try await compare(shared, folder.path + "/sample.jsonl", least: 150)
    }
}
