import CZstd

/// One Zstandard frame with a checksum, written as its content comes.
final class ZstandardStream: Compressor {
    /// The level of `zstd` without options.
    private static let level: Int32 = 3

    private let context: OpaquePointer

    init() throws(CompressionFailure) {
        context = try Self.makeContext(hasChecksum: true)
    }

    deinit { ZSTD_freeCCtx(context) }

    private static func makeContext(hasChecksum: Bool) throws(CompressionFailure) -> OpaquePointer {
        guard let context = ZSTD_createCCtx() else {
            throw CompressionFailure(library: "libzstd", reason: "no memory for a context")
        }
        ZSTD_CCtx_setParameter(context, ZSTD_c_compressionLevel, level)
        ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, hasChecksum ? 1 : 0)
        return context
    }

    private static func check(_ code: Int) throws(CompressionFailure) -> Int {
        guard ZSTD_isError(code) == 0 else {
            throw CompressionFailure(library: "libzstd", reason: String(cString: ZSTD_getErrorName(code)))
        }
        return code
    }

    func compress(_ input: [UInt8]) throws(CompressionFailure) -> [UInt8] { try run(input, ZSTD_e_continue) }

    func finish() throws(CompressionFailure) -> [UInt8] { try run([], ZSTD_e_end) }

    private func run(_ input: [UInt8], _ directive: ZSTD_EndDirective) throws(CompressionFailure) -> [UInt8] {
        // Room for all of the input even if it does not compress, and for what the library has kept back.
        let capacity = ZSTD_compressBound(input.count) + 2 * ZSTD_CStreamOutSize()
        var result = 0
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            input.withUnsafeBytes { bytes in
                var source = ZSTD_inBuffer(src: bytes.baseAddress, size: bytes.count, pos: 0)
                var destination = ZSTD_outBuffer(dst: buffer.baseAddress, size: capacity, pos: 0)
                // SAFETY: both buffers outlive the calls, and the library keeps within their sizes.
                repeat {
                    result = ZSTD_compressStream2(context, &destination, &source, directive)
                } while ZSTD_isError(result) == 0 && destination.pos < capacity
                    && (source.pos < source.size || directive == ZSTD_e_end && result > 0)
                count = destination.pos
            }
        }
        _ = try Self.check(result)
        return output
    }

    /// The block as a frame of its own, with its content's size.
    static func frame(_ block: [UInt8], hasChecksum: Bool) throws(CompressionFailure) -> [UInt8] {
        let context = try makeContext(hasChecksum: hasChecksum)
        defer { ZSTD_freeCCtx(context) }
        let capacity = ZSTD_compressBound(block.count)
        var result = 0
        let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            block.withUnsafeBytes { bytes in
                // SAFETY: both buffers outlive the call, and the library keeps within their sizes.
                result = ZSTD_compress2(context, buffer.baseAddress, capacity, bytes.baseAddress, bytes.count)
            }
            count = ZSTD_isError(result) == 0 ? result : 0
        }
        _ = try check(result)
        return output
    }
}
