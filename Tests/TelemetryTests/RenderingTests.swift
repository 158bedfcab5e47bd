import Foundation
import Testing

@testable import Telemetry

@Suite struct RenderingTests {
    @Test("a line from compiled steps is the line put together from its pieces", arguments: Shape.allCases)
    func compiledLines(shape: Shape) throws {
        let population = Population(seed: 5, hosts: 20, users: 50)
        let compiled = CompiledShape(shape, population)
        let sampler = EventSampler(population)
        var random = RandomStream(11)
        var slots = [UInt64](repeating: 0, count: Slot.allCases.count)
        for (kind, template) in EventTemplate.kinds(of: shape).enumerated() {
            for variant in 0..<EventLayout.variants {
                for _ in 0..<3 {
                    slots.withUnsafeMutableBufferPointer {
                        sampler.draw(&random, at: 1_741_564_800_123_456, record: 42, into: $0)
                    }
                    let line = compiled.lines[kind * EventLayout.variants + variant]
                    let written = [UInt8](unsafeUninitializedCapacity: line.largestLength) { output, count in
                        compiled.withSteps { writer in
                            slots.withUnsafeMutableBufferPointer { slots in
                                guard let start = output.baseAddress else { return }
                                count = writer.write(line.steps, slots, to: start)
                            }
                        }
                    }
                    var execution = Execution(.sysmon, slots: slots)
                    execution.template = template
                    let expected = execution.line(EventLayout(shape: shape, variant: variant), population)
                    #expect(written == expected)
                    _ = try object(written)
                }
            }
        }
    }

    @Test("templates have no hole that has no name", arguments: Shape.allCases)
    func holes(shape: Shape) {
        for template in EventTemplate.kinds(of: shape) {
            for text in template.fields.map(\.value) + [template.message] {
                for case .text(let bytes) in text.parts {
                    let literal = String(decoding: bytes, as: UTF8.self)
                    #expect(literal.firstMatch(of: /\{[a-z][a-z.]*\}/) == nil, "\(literal)")
                }
            }
        }
    }

    @Test(
        "times are those of the calendar",
        arguments: [0, 951_782_399, 951_782_400, 1_741_564_800, 4_102_444_799, 32_503_680_000])
    func calendar(seconds: Int) {
        let formatter = ISO8601DateFormatter()
        formatter.formatOptions = [.withInternetDateTime, .withFractionalSeconds]
        let text = WordFormatter.text(UInt64(seconds) * 1_000_000 + 250_000, as: .isoMilliseconds)
        #expect(text == formatter.string(from: Date(timeIntervalSince1970: Double(seconds) + 0.25)))
    }

    @Test("words are written in each form as documented")
    func forms() {
        let time: UInt64 = 1_741_590_489_123_456
        let expected: [(Form, UInt64, String)] = [
            (.decimal, 0, "0"), (.decimal, .max, "18446744073709551615"), (.hexadecimal, 0, "0x0"),
            (.hexadecimal, 0x3E7, "0x3e7"), (.hexadecimal, .max, "0xffffffffffffffff"),
            (.digits, 0xAB, "00000000000000AB"),
            (.spacedMilliseconds, time, "2025-03-10 07:08:09.123"), (.localSeconds, time, "2025-03-10 02:08:09"),
            (.isoMicroseconds, time, "2025-03-10T07:08:09.123456Z"),
            (.isoNanoseconds, time, "2025-03-10T07:08:09.123456000Z"),
            (.isoOffset, time, "2025-03-10T07:08:09.123+00:00"), (.epochMilliseconds, time, "1741590489123"),
            (.epochSeconds, time, "1741590489.123"),
        ]
        for (form, word, text) in expected { #expect(WordFormatter.text(word, as: form) == text) }
        let guid = WordFormatter.text(77, as: .guid)
        #expect(guid.wholeMatch(of: /\{[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\}/) != nil)
        #expect(WordFormatter.text(77, as: .bareGUID) == String(guid.dropFirst().dropLast()))
    }

    @Test("text survives every encoding in every style", arguments: EscapeStyle.allCases)
    func encodings(style: EscapeStyle) throws {
        let text = "-a/b\\c \"d\" <e> & f\u{301} ü 🚀 Invoke-WmiMethod \t\r\n"
        func decoded(_ bytes: [UInt8]) throws -> String {
            try #require(try object(Array("{\"a\":\"".utf8) + bytes + Array("\"}".utf8))["a"] as? String)
        }
        var json: [UInt8] = []
        append(text, as: .json, style: style, to: &json)
        #expect(try Array(decoded(json).utf8) == Array(text.utf8))
        var nested: [UInt8] = []
        append(text, as: .jsonInJSON, style: style, to: &nested)
        #expect(try Array(decoded(Array(decoded(nested).utf8)).utf8) == Array(text.utf8))
        var xml: [UInt8] = []
        append(text, as: .xml, style: style, to: &xml)
        var xmlInJSON: [UInt8] = []
        append(text, as: .xmlInJSON, style: style, to: &xmlInJSON)
        if style == .hyphens {
            #expect(xml.starts(with: Array("&#45;a/b\\c \"d\" &lt;e&gt; &amp; f".utf8)))
            #expect(try decoded(xmlInJSON) == String(decoding: xml, as: UTF8.self))
        }
        if style == .plain { #expect(try decoded(xmlInJSON) == String(decoding: xml, as: UTF8.self)) }
        if style == .everything { #expect(json.starts(with: Array("\\u002D\\u0061\\u002F".utf8))) }
    }

    @Test("kinds and members are drawn in their proportions, none is left out")
    func frequencies() {
        let weights: [Double] = [500, 100, 10, 1, 0.001]
        let table = FrequencyTable(weights: weights)
        let counts = Dictionary(grouping: table.entries) { $0 }.mapValues(\.count)
        #expect(table.entries.count == 4096 && counts.count == weights.count)
        #expect(abs((counts[0] ?? 0) - (counts[1] ?? 0) * 5) < 12)
        #expect(Set(FrequencyTable(zipfian: 3000).entries).count == 3000)
        #expect(FrequencyTable(zipfian: 1).entries.allSatisfy { $0 == 0 })
    }

    @Test("events draw from all of the population")
    func variety() {
        let population = Population(seed: 5, hosts: 20, users: 50)
        let sampler = EventSampler(population)
        var random = RandomStream(1)
        var slots = [UInt64](repeating: 0, count: Slot.allCases.count)
        var drawn: [Slot: Set<UInt64>] = [:]
        for _ in 0..<20_000 {
            slots.withUnsafeMutableBufferPointer { sampler.draw(&random, at: 0, record: 0, into: $0) }
            for slot in Slot.allCases { drawn[slot, default: []].insert(slots[slot.rawValue]) }
        }
        let counts: [(Slot, Column)] = [
            (.host, .hostName), (.user, .userName), (.process, .image), (.command, .command),
            (.parentCommand, .command),
            (.target, .image), (.library, .libraryPath), (.registry, .registryObject), (.file, .filePath),
            (.domain, .domainName), (.trace, .trace), (.script, .scriptText), (.runspace, .runspaceApplication),
            (.remote, .remoteAddress), (.object, .objectName), (.service, .serviceName), (.integrity, .integrityName),
            (.access, .accessMask),
        ]
        for (slot, column) in counts {
            let count = population.count(column)
            #expect((drawn[slot]?.count ?? 0) > count * 9 / 10, "\(slot)")
            #expect(drawn[slot]?.allSatisfy { $0 < count } == true, "\(slot)")
        }
        for slot in [Slot.thread, .port, .handle, .nonce, .processNumber, .logonIdentity] {
            #expect((drawn[slot]?.count ?? 0) > 500, "\(slot)")
        }
    }

    @Test("random numbers keep within their bounds and reach them")
    func bounds() {
        var random = RandomStream(1, 2)
        let drawn = Set((0..<2000).map { _ in random.within(-3...4) })
        #expect(drawn == Set(-3...4))
        var same = RandomStream(1, 2)
        var other = RandomStream(2, 1)
        var again = RandomStream(1, 2)
        #expect(same.next() == again.next())
        #expect(other.next() != again.next())
    }
}
