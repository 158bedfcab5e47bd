import Foundation

/// A text of a rule as single characters and wildcards.
struct NaiveGlob {
    enum Part: Equatable {
        case one(Unicode.Scalar)
        case single, run
    }

    var parts: [Part]

    init(_ parts: [Part]) { self.parts = parts }

    init(plain text: String) { parts = text.unicodeScalars.map { .one($0) } }

    init(_ text: String) {
        parts = []
        var rest = Array(text.unicodeScalars)[...]
        while let scalar = rest.popFirst() {
            if scalar == "\\", let next = rest.first, next == "\\" || next == "*" || next == "?" {
                rest.removeFirst()
                parts.append(.one(next))
            } else if scalar == "*" {
                parts.append(.run)
            } else if scalar == "?" {
                parts.append(.single)
            } else {
                parts.append(.one(scalar))
            }
        }
    }

    var scalars: [Unicode.Scalar] {
        parts.compactMap { part in if case .one(let scalar) = part { scalar } else { nil } }
    }

    /// The characters as bytes: those beyond ASCII in UTF-8.
    var latin: [UInt8] { scalars.flatMap { Array(String($0).utf8) } }

    /// With each dash before a word and not behind one written in all five ways.
    var windowsDashes: [NaiveGlob] {
        let dashes: [Unicode.Scalar] = ["-", "/", "\u{2013}", "\u{2014}", "\u{2015}"]
        func isWord(_ index: Int) -> Bool {
            guard parts.indices.contains(index), case .one(let scalar) = parts[index] else { return false }
            return scalar == "_" || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
        }
        for index in parts.indices.reversed() {
            guard case .one(let scalar) = parts[index], dashes.contains(scalar), isWord(index + 1), !isWord(index - 1)
            else { continue }
            return NaiveGlob(Array(parts[..<index])).windowsDashes.flatMap { front in
                dashes.map { NaiveGlob(front.parts + [.one($0)] + parts[(index + 1)...]) }
            }
        }
        return [self]
    }

    /// What the text is inside Base64, for each place that it may have in a group of three bytes.
    var base64Offsets: [NaiveGlob] {
        (0..<3).map { offset in
            let bytes = [UInt8](repeating: 0, count: offset) + latin
            let encoded = Data(bytes).base64EncodedString()
            return NaiveGlob(
                plain: String(encoded.dropFirst([0, 2, 3][offset]).dropLast([0, 3, 2][bytes.count % 3])))
        }
    }

    /// Made ready to be looked for without case.
    var folded: Folded { Folded(self) }

    func matches(_ value: NaiveText) -> Bool { folded.matches(value) }

    struct Folded {
        /// Texts between the runs; a byte that is `nil` is the first of any character.
        private var pieces: [[UInt8?]] = [[]]

        init(_ glob: NaiveGlob) {
            for part in glob.parts {
                switch part {
                case .run: pieces.append([])
                case .single: pieces[pieces.count - 1].append(nil)
                case .one(let scalar): pieces[pieces.count - 1] += NaiveText.fold(String(scalar)).map { $0 }
                }
            }
        }

        /// The first piece has to stand at the start, the last one at the end, and those between wherever they first do.
        func matches(_ value: NaiveText) -> Bool {
            let text = value.folded
            if pieces.count == 1 { return end(of: pieces[0], at: 0, in: text) == text.count }
            guard var place = end(of: pieces[0], at: 0, in: text) else { return false }
            for piece in pieces[1..<pieces.count - 1] where !piece.isEmpty {
                guard let found = search(piece, from: place, in: text) else { return false }
                place = found
            }
            let last = pieces[pieces.count - 1]
            if last.isEmpty { return true }
            return (place...text.count).contains { start in
                (start == text.count || text[start] & 0xC0 != 0x80) && end(of: last, at: start, in: text) == text.count
            }
        }

        private func search(_ piece: [UInt8?], from place: Int, in text: [UInt8]) -> Int? {
            let plain = piece.compactMap(\.self)
            if plain.count == piece.count {
                var start = place
                while start + plain.count <= text.count, let first = plain.first {
                    let next = text.withUnsafeBytes { bytes in
                        // SAFETY: what is searched lies within the text, from a place that is not behind its end.
                        memchr(bytes.baseAddress! + start, Int32(first), text.count - start).map {
                            bytes.baseAddress!.distance(to: UnsafeRawPointer($0))
                        }
                    }
                    guard let next, next + plain.count <= text.count else { return nil }
                    if text[next..<next + plain.count].elementsEqual(plain) { return next + plain.count }
                    start = next + 1
                }
                return nil
            }
            for start in place...text.count {
                if let end = end(of: piece, at: start, in: text) { return end }
            }
            return nil
        }

        private func end(of piece: [UInt8?], at start: Int, in text: [UInt8]) -> Int? {
            var place = start
            for byte in piece {
                guard place < text.count else { return nil }
                if let byte {
                    guard text[place] == byte else { return nil }
                    place += 1
                } else {
                    guard text[place] & 0xC0 != 0x80 else { return nil }
                    place += 1
                    while place < text.count, text[place] & 0xC0 == 0x80 { place += 1 }
                }
            }
            return place
        }
    }
}
