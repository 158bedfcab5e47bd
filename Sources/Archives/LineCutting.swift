import Glibc

let lineFeed = Int32(UInt8(ascii: "\n"))

extension UnsafeRawBufferPointer {
    /// Offset of the first line feed at or after `from`.
    func firstLineFeed(from: Int = 0) -> Int? {
        guard let baseAddress, from < count, let found = memchr(baseAddress + from, lineFeed, count - from) else {
            return nil
        }
        return UnsafeRawPointer(found) - baseAddress
    }

    /// Offset of the last line feed before `end`. Eight bytes at a time: glibc's memrchr is not visible to Swift.
    func lastLineFeed(before end: Int) -> Int? {
        var index = end
        while index >= 8 {
            // A byte of `word` is zero where a line feed is; the classic test then sets that byte's top bit, and false
            // ones only above a true one, so its presence is certain and the bytes are looked at one by one.
            let word = loadUnaligned(fromByteOffset: index - 8, as: UInt64.self) ^ 0x0A0A_0A0A_0A0A_0A0A
            if (word &- 0x0101_0101_0101_0101) & ~word & 0x8080_8080_8080_8080 != 0 { break }
            index -= 8
        }
        while index > 0 {
            index -= 1
            if self[index] == UInt8(ascii: "\n") { return index }
        }
        return nil
    }

    /// Bytes of a line without the line feed that ends it, and the carriage return before that.
    func lineLength(_ line: Range<Int>) -> Int {
        guard !line.isEmpty, self[line.upperBound - 1] == UInt8(ascii: "\n") else { return line.count }
        return line.count > 1 && self[line.upperBound - 2] == UInt8(ascii: "\r") ? line.count - 2 : line.count - 1
    }

    /// How many zeros it begins with.
    var leadingZeros: Int { firstIndex { $0 != 0 } ?? count }

    /// Cuts whole lines (the last may lack its line feed) into chunks that end with the first line to reach `chunkSize`
    /// bytes, and tells overlong lines apart. Zeros that such a line begins with are passed over, but for the last one, if
    /// it is not overlong without them: a file that was cut off under its writer begins with any number. Requires `chunkSize` ≤
    /// `lineLimit`, so that only the line that crosses a chunk's nominal end can be overlong.
    ///
    /// `skipped` is how many zeros before the range were passed over.
    func cutLines(
        chunkSize: Int, lineLimit: Int, _ emit: (_ range: Range<Int>, _ kind: Chunk.Kind, _ skipped: Int) -> Void
    ) {
        // A little more than a chunk is one chunk, rather than one and a small rest.
        let whole = Swift.min(chunkSize + chunkSize / 2, lineLimit)
        var start = 0
        while start < count {
            let end: Int
            if count - start <= whole {
                end = count
            } else {
                end = firstLineFeed(from: start + chunkSize - 1).map { $0 + 1 } ?? count
            }
            if end - start > whole {
                let lastStart = lastLineFeed(before: end - 1).map { Swift.max($0 + 1, start) } ?? start
                let length = lineLength(lastStart..<end)
                if length > lineLimit {
                    if lastStart > start { emit(start..<lastStart, .lines, 0) }
                    let zeros = UnsafeRawBufferPointer(rebasing: self[lastStart..<end]).leadingZeros
                    let surplus = Swift.max(0, zeros - 1)
                    if length - surplus > lineLimit {
                        emit(lastStart..<end, .overlongLine(length: length), 0)
                    } else {
                        emit(lastStart + surplus..<end, .lines, surplus)
                    }
                    start = end
                    continue
                }
            }
            emit(start..<end, .lines, 0)
            start = end
        }
    }
}
