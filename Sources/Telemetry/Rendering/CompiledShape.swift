/// One step of writing a line: a run of literal bytes, or a hole.
struct LineStep {
    /// Nothing for literal bytes.
    var form: Form?
    var slot: UInt8
    /// Where the literal bytes begin, or the first of a column's cells.
    var start: UInt32
    /// The number of literal bytes.
    var length: UInt32
}

/// A stretch of a shape's bytes.
struct ByteRange {
    var start: UInt32
    var length: UInt32
}

/// All kinds of events of a shape, ready to be written: literals and the population's texts lie escaped in one buffer.
struct CompiledShape: Sendable {
    /// A kind in one variant of the shape.
    struct Line: Sendable {
        var steps: Range<Int>
        /// The most bytes that it takes, with its newline.
        var largestLength: Int
    }

    private(set) var bytes: [UInt8] = []
    private(set) var cells: [ByteRange] = []
    private(set) var steps: [LineStep] = []
    /// Kinds in their order, each with its variants.
    private(set) var lines: [Line] = []
    /// Draws a kind.
    let kinds: FrequencyTable

    /// The most bytes of any line.
    var largestLength: Int { lines.reduce(0) { max($0, $1.largestLength) } }

    init(_ shape: Shape, _ population: Population) {
        let templates = EventTemplate.kinds(of: shape)
        kinds = FrequencyTable(weights: templates.map(\.weight))
        var columns: [ColumnKey: (start: UInt32, largestLength: Int)] = [:]
        for template in templates {
            for variant in 0..<EventLayout.variants {
                let pieces = EventLayout(shape: shape, variant: variant).pieces(of: template)
                let start = steps.count
                var length = 1
                for piece in pieces.pieces { length += add(piece, population, &columns) }
                addLiteral([0x0A])
                lines.append(Line(steps: start..<steps.count, largestLength: length))
            }
        }
    }

    private struct ColumnKey: Hashable {
        var column: Column
        var encoding: TextEncoding
    }

    private mutating func addLiteral(_ literal: [UInt8]) {
        steps.append(LineStep(form: nil, slot: 0, start: UInt32(bytes.count), length: UInt32(literal.count)))
        bytes += literal
    }

    /// Adds a step and returns the most bytes that it takes.
    private mutating func add(
        _ piece: Piece, _ population: Population, _ columns: inout [ColumnKey: (start: UInt32, largestLength: Int)]
    ) -> Int {
        switch piece {
        case .literal(let literal):
            addLiteral(literal)
            return literal.count
        case .hole(let hole, let encoding):
            guard let column = hole.column else {
                steps.append(LineStep(form: hole.form, slot: UInt8(hole.slot.rawValue), start: 0, length: 0))
                return WordFormatter.largestLength
            }
            let key = ColumnKey(column: column, encoding: encoding)
            let (start, largestLength) = columns[key] ?? addCells(population[column], encoding)
            columns[key] = (start, largestLength)
            steps.append(LineStep(form: .cell, slot: UInt8(hole.slot.rawValue), start: start, length: 0))
            return largestLength
        }
    }

    private mutating func addCells(_ texts: [String], _ encoding: TextEncoding) -> (start: UInt32, largestLength: Int) {
        let start = UInt32(cells.count)
        var largestLength = 0
        for text in texts {
            let before = bytes.count
            append(text.utf8, as: encoding, to: &bytes)
            cells.append(ByteRange(start: UInt32(before), length: UInt32(bytes.count - before)))
            largestLength = max(largestLength, bytes.count - before)
        }
        return (start, largestLength)
    }
}
