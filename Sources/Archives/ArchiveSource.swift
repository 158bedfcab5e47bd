import CZstd
import Glibc

/// An open file whose format is not known yet.
final class OpenedArchive: @unchecked Sendable {
    // SAFETY: `input` is used by the one worker that took this off the job board.
    let index: Int
    let file: OpenFile
    let input: ByteInput

    init(index: Int, file: OpenFile) {
        self.index = index
        self.file = file
        input = ByteInput(file: file)
    }
}

/// An archive that has been opened: how it is to be read, told by its first bytes.
enum ArchiveSource {
    case plain(PlainFile)
    /// Decoded in order.
    case stream(ArchiveFormat, SegmentStream)
    /// Frames that are found by walking and decoded independently.
    case walked(ZstdWalker)
    case failed(SystemError)

    /// A pipe from which too little has come to tell what it carries.
    case waiting(OpenedArchive)

    /// Opens an archive, or looks again at one that was waiting.
    static func open(_ archive: Archive, index: Int, waiting: OpenedArchive?, options: ArchiveOptions) -> ArchiveSource
    {
        let opened: OpenedArchive
        if let waiting {
            opened = waiting
        } else {
            switch OpenFile.open(archive) {
            case .success(let file): opened = OpenedArchive(index: index, file: file)
            case .failure(let error): return .failed(error)
            }
        }
        let (file, input) = (opened.file, opened.input)
        guard let format = recognise(file, input) else { return .waiting(opened) }
        func stream(_ decoder: any Decoder) -> ArchiveSource {
            .stream(
                format,
                SegmentStream(archive: index, segment: 0, decoder: decoder, beginsLine: true, options: options))
        }
        guard let size = file.size else { return stream(decoder(format, input, options)) }
        if format == .plain {
            let mapping = options.access == .mapped ? MappedFile(file, size: size) : nil
            return .plain(PlainFile(archive: index, file: file, mapping: mapping, size: size, options: options))
        }
        guard options.access != .read, let mapping = MappedFile(file, size: size) else {
            return stream(decoder(format, input, options))
        }
        if format == .zstd {
            return .walked(
                ZstdWalker(archive: index, mapping: mapping, options: options))
        }
        return stream(decoder(format, ByteInput(mapping: mapping, position: 0), options))
    }

    private static func decoder(_ format: ArchiveFormat, _ input: ByteInput, _ options: ArchiveOptions) -> any Decoder {
        switch format {
        case .plain: PlainDecoder(input: input)
        case .zstd: ZstdDecoder(input: input, ownEnd: .max, windowLimit: options.windowLimit)
        case .lz4: LZ4Decoder(input: input)
        case .gzip: GzipDecoder(input: input)
        }
    }

    /// Tells the format by the first frame that is not skippable: zstd and lz4 share those. Takes nothing from `input`.
    /// Nil when the pipe has not brought enough yet.
    private static func recognise(_ file: OpenFile, _ input: ByteInput) -> ArchiveFormat? {
        var offset = 0
        let header = SharedBuffer(capacity: 8)
        while true {
            var bytes: UnsafeRawBufferPointer
            if file.size != nil {
                let (count, _) = file.read(into: header.base, count: 8, at: offset)
                bytes = UnsafeRawBufferPointer(start: header.base, count: count)
            } else {
                bytes = input.available(offset + 8)
                if bytes.count < offset + 8, input.isStarved { return nil }
                bytes = UnsafeRawBufferPointer(rebasing: bytes.dropFirst(offset))
            }
            let magic = bytes.number()
            if magic == FrameMagic.zstd { return .zstd }
            if magic == FrameMagic.lz4 || magic == FrameMagic.lz4Legacy { return .lz4 }
            guard let magic, FrameMagic.isSkippable(magic) else {
                // What follows a skippable frame and is no frame is for the decoder to report.
                return offset > 0 ? .zstd : plainOrGzip(bytes)
            }
            guard let length = bytes.number(at: 4) else { return .zstd }
            offset += 8 + Int(length)
            // So much of a pipe is not kept only to look ahead; skippable frames at the start are zstd's by custom.
            if file.size == nil, offset > 1 << 20 { return .zstd }
        }
    }

    private static func plainOrGzip(_ bytes: UnsafeRawBufferPointer) -> ArchiveFormat {
        FrameMagic.isGzip(bytes) ? .gzip : .plain
    }
}
