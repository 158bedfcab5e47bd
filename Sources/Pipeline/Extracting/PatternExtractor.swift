import Values

/// `rex`: what the named groups of a pattern match becomes values of columns.
struct PatternExtractor: Sendable {
    private let pattern: CompiledPattern
    private let source: Int
    /// The groups and where they go; two groups of one name go to one column.
    private let groups: [(number: Int, name: String, column: Int)]
    private let limit: Int
    /// -1 for none.
    private let offsetColumn: Int

    init(
        _ extraction: PatternExtraction, layout: inout ColumnLayout, counting limits: EvaluationLimits
    ) throws(PipelineError) {
        pattern = try CompiledPattern(extraction.pattern.bytes, counting: limits)
        source = layout.index[extraction.field] ?? -1
        var groups: [(Int, String, Int)] = []
        for (name, number) in pattern.groupNames { groups.append((number, name, layout.index.number(of: name))) }
        self.groups = groups
        limit = extraction.maximumMatches == 0 ? .max : extraction.maximumMatches
        offsetColumn = extraction.offsetField.map { layout.index.number(of: $0) } ?? -1
    }

    /// A group that took no part, or matched nothing, leaves its column alone.
    func apply(to row: inout [Value], _ limits: EvaluationLimits) {
        guard source >= 0 else { return }
        var found: [[Text]] = Array(repeating: [], count: groups.count)
        // Groups of one match may overlap those of the next, so that a short text may yield a very long one.
        var growths = Array(repeating: ValueGrowth(), count: groups.count)
        var offsets: [UInt8] = []
        var offsetGrowth = ValueGrowth()
        // Every value of a multivalue is looked at for itself.
        for text in row[source].texts {
            text.bytes.withUnsafeBytes { bytes in
                var place = CharacterPlace(bytes)
                pattern.forEachMatch(in: bytes, limit: limit) { ranges in
                    for (index, group) in groups.enumerated() {
                        guard group.number < ranges.count, let range = ranges[group.number], !range.isEmpty else {
                            continue
                        }
                        growths[index].add(range.count)
                        if growths[index].isOver { continue }
                        found[index].append(Text(copying: UnsafeRawBufferPointer(rebasing: bytes[range])))
                        if offsetColumn >= 0, !offsetGrowth.isOver {
                            let length = offsets.count
                            Self.append(group.name, range, at: &place, to: &offsets)
                            offsetGrowth.add(offsets.count - length)
                        }
                    }
                }
            }
        }
        for (index, group) in groups.enumerated() where !found[index].isEmpty {
            if growths[index].isOver {
                limits.countLargeValue()
                row[group.column] = .missing
                continue
            }
            row[group.column] = found[index].count == 1 ? .text(found[index][0]) : .multivalue(found[index])
        }
        guard offsetColumn >= 0, !offsets.isEmpty else { return }
        if offsetGrowth.isOver { limits.countLargeValue() }
        row[offsetColumn] = offsetGrowth.isOver ? .missing : .text(Text(bytes: offsets))
    }

    /// `name=first-last`, in characters from 0, behind those before.
    private static func append(
        _ name: String, _ range: Range<Int>, at place: inout CharacterPlace, to offsets: inout [UInt8]
    ) {
        if !offsets.isEmpty { offsets.append(UInt8(ascii: "&")) }
        let first = place.move(to: range.lowerBound)
        let end = place.characters(before: range.upperBound)
        offsets += "\(name)=\(first)-\(end - 1)".utf8
    }
}

/// A place in a text that goes on from match to match, with the number of characters before it: counting these from the text's
/// beginning for each match would take the square of its length.
private struct CharacterPlace {
    private let text: UnsafeRawBufferPointer
    private var position = 0
    private var count = 0

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    /// How many characters stand before a position, from which the next is counted.
    mutating func move(to target: Int) -> Int {
        count = characters(before: target)
        position = target
        return count
    }

    /// How many characters stand before a position.
    func characters(before target: Int) -> Int {
        target >= position ? count + starts(position..<target) : count - starts(target..<position)
    }

    /// How many bytes begin a character.
    private func starts(_ range: Range<Int>) -> Int { text[range].reduce(0) { $1 & 0xC0 == 0x80 ? $0 : $0 + 1 } }
}

/// `rex mode=sed`.
struct SedEditor: Sendable {
    private enum Command: Sendable {
        case substitute(CompiledPattern, replacement: [SedScript.Part], first: Int, isGlobal: Bool)
        case translate([[UInt8]: [UInt8]])
    }

    private let commands: [Command]

    init(_ script: SedScript, counting limits: EvaluationLimits) throws(PipelineError) {
        var commands: [Command] = []
        for command in script.commands {
            switch command {
            case .substitute(let pattern, let replacement, let first, let isGlobal):
                commands.append(
                    .substitute(
                        try CompiledPattern(pattern.bytes, counting: limits), replacement: replacement, first: first,
                        isGlobal: isGlobal))
            case .translate(let from, let to):
                commands.append(
                    .translate(
                        Dictionary(
                            zip(from.map(\.bytes), to.map(\.bytes)), uniquingKeysWith: { first, _ in first })))
            }
        }
        self.commands = commands
    }

    /// The value with each text edited; missing where it grows too large, which is counted.
    func edited(_ value: Value, _ limits: EvaluationLimits) -> Value {
        var growth = ValueGrowth()
        let result = value.mapTexts { text in
            if growth.isOver { return text }
            var bytes = text.bytes
            for command in commands where bytes.count <= EvaluationLimits.valueBytes {
                switch command {
                case .substitute(let pattern, let replacement, let first, let isGlobal):
                    bytes = Self.substituted(bytes, pattern, replacement, first: first, isGlobal: isGlobal)
                case .translate(let table): bytes = Self.translated(bytes, table)
                }
            }
            growth.add(bytes.count)
            return Text(bytes: bytes)
        }
        if growth.isOver { limits.countLargeValue() }
        return growth.isOver ? .missing : result
    }

    /// Once it is longer than a value may be the rest is not looked at.
    private static func substituted(
        _ text: [UInt8], _ pattern: CompiledPattern, _ replacement: [SedScript.Part], first: Int, isGlobal: Bool
    ) -> [UInt8] {
        var result: [UInt8] = []
        var copied = 0
        var number = 0
        text.withUnsafeBytes { bytes in
            pattern.forEachMatch(in: bytes, limit: isGlobal ? .max : first) { groups in
                number += 1
                guard number >= first, result.count <= EvaluationLimits.valueBytes, let whole = groups.first ?? nil,
                    whole.lowerBound >= copied
                else { return }
                result += bytes[copied..<whole.lowerBound]
                for part in replacement {
                    switch part {
                    case .text(let text): result += text.bytes
                    case .group(let group):
                        if group < groups.count, let range = groups[group] { result += bytes[range] }
                    }
                }
                copied = whole.upperBound
            }
        }
        return result + text[copied...]
    }

    private static func translated(_ text: [UInt8], _ table: [[UInt8]: [UInt8]]) -> [UInt8] {
        var result: [UInt8] = []
        var position = 0
        while position < text.count {
            let end = Utf8.end(of: position, in: text)
            let character = Array(text[position..<end])
            result += table[character] ?? character
            position = end
        }
        return result
    }
}
