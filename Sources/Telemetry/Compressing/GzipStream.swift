import CISAL

/// One gzip member, written as its content comes.
final class GzipStream: Compressor {
    /// More than the library asks for at its level 1 with its large token buffer, which is 4 KiB, a hash table and 256 KiB.
    private static let levelBufferLength = 1 << 19

    private let stream: UnsafeMutablePointer<isal_zstream>
    private let levelBuffer: UnsafeMutablePointer<UInt8>

    init() throws(CompressionFailure) {
        // SAFETY: both allocations belong to this object alone and are freed with it; the library initialises the stream.
        stream = .allocate(capacity: 1)
        levelBuffer = .allocate(capacity: Self.levelBufferLength)
        isal_deflate_init(stream)
        stream.pointee.level = 1
        stream.pointee.level_buf = levelBuffer
        stream.pointee.level_buf_size = UInt32(Self.levelBufferLength)
        stream.pointee.gzip_flag = UInt16(IGZIP_GZIP)
        stream.pointee.flush = UInt16(NO_FLUSH)
        stream.pointee.end_of_stream = 0
    }

    deinit {
        stream.deallocate()
        levelBuffer.deallocate()
    }

    func compress(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8] { try run(input) }

    func finish() throws(CompressionFailure) -> [UInt8] {
        stream.pointee.end_of_stream = 1
        return try run([])
    }

    private func run(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8] {
        var output: [UInt8] = []
        var input = input
        var code = COMP_OK
        input.withUnsafeMutableBufferPointer { bytes in
            // SAFETY: the pointers that the stream is given are valid until the loop has used them up; it is given others
            // before the library is called again. Input is only read.
            stream.pointee.next_in = bytes.baseAddress
            stream.pointee.avail_in = UInt32(bytes.count)
            var isFull = true
            while code == COMP_OK, isFull {
                let capacity = bytes.count / 4 + 65_536
                output += [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
                    stream.pointee.next_out = buffer.baseAddress
                    stream.pointee.avail_out = UInt32(capacity)
                    code = isal_deflate(stream)
                    count = capacity - Int(stream.pointee.avail_out)
                    isFull = stream.pointee.avail_out == 0
                }
            }
            stream.pointee.next_in = nil
            stream.pointee.next_out = nil
        }
        guard code == COMP_OK else { throw CompressionFailure(library: "libisal", reason: "error \(code)") }
        return output
    }
}
