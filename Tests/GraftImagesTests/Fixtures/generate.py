"""Makes the pictures that GraftImagesTests decodes, and what they must decode to.

    python3 -m venv venv && venv/bin/pip install pillow==12.0.0 numpy && venv/bin/python generate.py

`manifest.json` lists the good pictures (with the tolerance and a file of expected RGB bytes) and the bad ones (with
the expected error code and words of the reason). `large1.jpg` to `large8.jpg`, one per orientation, are in neither.
`resize.json` lists Pillow's BILINEAR results.
"""

import io
import json
import pathlib
import struct
import zlib

import numpy as np
from PIL import Image, ImageOps

HERE = pathlib.Path(__file__).parent
PICTURES, EXPECTED = HERE / "pictures", HERE / "expected"
WIDTH, HEIGHT = 20, 14
good, bad = [], []


def scene(width=WIDTH, height=HEIGHT):
    """Smooth and different in every corner, so that JPEG keeps it and no rotation is mistaken for another."""
    y, x = np.mgrid[0:height, 0:width]
    red, green = 255 * x / (width - 1), 255 * y / (height - 1)
    blue = 127.5 + 127.5 * np.sin((x * WIDTH / width + 2 * y * HEIGHT / height) / 9)
    return np.stack([red, green, blue], -1).round().astype(np.uint8)


def write(name, content):
    (PICTURES / name).write_bytes(content)


def expect(name, pixels, tolerance=0):
    pixels = np.asarray(pixels, np.uint8)
    (EXPECTED / (name + ".rgb")).write_bytes(pixels.tobytes())
    good.append(dict(file=name, width=pixels.shape[1], height=pixels.shape[0], tolerance=tolerance))


def fail(name, content, code, words):
    write(name, content)
    bad.append(dict(file=name, code=code, words=words))


def encode(image, format, **options):
    out = io.BytesIO()
    image.save(out, format, **options)
    return out.getvalue()


def on_white(rgba):
    """round((sample * alpha + 255 * (255 - alpha)) / 255), exactly."""
    rgba = np.asarray(rgba).astype(np.int64)
    sample, alpha = rgba[..., :3], rgba[..., 3:]
    return ((2 * (sample * alpha + 255 * (255 - alpha)) + 255) // 510).astype(np.uint8)


def exif(orientation):
    tags = Image.Exif()
    tags[0x0112] = orientation
    return tags


def chunk(kind, content):
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(samples, bits, color, interlaced=False, header=None):
    """Writes what Pillow cannot: 16-bit colour, Adam7, and headers that lie."""
    height, width = samples.shape[:2]
    samples = samples.reshape(height, width, -1).astype(">u2" if bits == 16 else "u1")
    passes = [(0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)]
    raw = b""
    for x, y, step_x, step_y in passes if interlaced else [(0, 0, 1, 1)]:
        for row in samples[y::step_y, x::step_x]:
            raw += b"\0" + row.tobytes() if row.size else b""
    width, height = header or (width, height)
    return (b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, color, 0, 0, interlaced))
            + chunk(b"IDAT", zlib.compress(raw)) + chunk(b"IEND", b""))


def without_segment(jpeg, marker):
    offset = 2
    while jpeg[offset + 1] != 0xDA:
        end = offset + 2 + struct.unpack(">H", jpeg[offset + 2:offset + 4])[0]
        if jpeg[offset + 1] == marker:
            return jpeg[:offset] + jpeg[end:]
        offset = end
    raise ValueError("no such segment")


def set_frame(jpeg, width, height):
    offset = jpeg.index(b"\xff\xc0")
    return jpeg[:offset + 5] + struct.pack(">HH", height, width) + jpeg[offset + 9:]


def insert_segment(jpeg, marker, content):
    return jpeg[:2] + bytes([0xFF, marker]) + struct.pack(">H", len(content) + 2) + content + jpeg[2:]


def make_jpeg():
    image = Image.fromarray(scene())

    def keep(name, content, tolerance=1):
        write(name, content)
        expect(name, ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB"), tolerance)

    plain = encode(image, "JPEG", quality=95, subsampling=0)
    keep("plain.jpg", plain)
    keep("subsampled.jpg", encode(image, "JPEG", quality=90, subsampling=2))
    keep("gray.jpg", encode(image.convert("L"), "JPEG", quality=95))
    progressive = encode(image, "JPEG", quality=95, progressive=True)
    keep("progressive.jpg", progressive)
    keep("restarts.jpg", encode(image, "JPEG", quality=95, restart_marker_blocks=1))
    keep("one.jpg", encode(image.crop((3, 3, 4, 4)), "JPEG"))
    for orientation in range(1, 9):
        keep(f"exif{orientation}.jpg", encode(image, "JPEG", quality=95, subsampling=0, exif=exif(orientation)))
        large = encode(Image.fromarray(scene(160, 112)), "JPEG", quality=95, subsampling=0, exif=exif(orientation))
        write(f"large{orientation}.jpg", large)
    keep("trailing-bytes.jpg", plain + b"more" * 20)
    keep("extraneous-bytes.jpg", plain[:-2] + b"\x12\x34\x56" + plain[-2:])
    # EXIF that points outside itself, has a huge count, is cut, or names orientation 9: no orientation, no crash.
    for index, block in enumerate([
            b"II*\0\xff\xff\xff\x7f", b"MM\0*\0\0\0\x08\xff\xff" + b"\0" * 12, b"II*\0\x08", b"XX",
            b"MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01\0\x09\0\0\0\0\0\0"]):
        write(f"bad-exif{index}.jpg", insert_segment(plain, 0xE1, b"Exif\0\0" + block))
        expect(f"bad-exif{index}.jpg", Image.open(io.BytesIO(plain)), 1)

    black = np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH, 1) // 2
    cmyk = np.concatenate([255 - scene(), black], -1).astype(np.uint8)
    adobe = encode(Image.fromarray(cmyk, "CMYK"), "JPEG", quality=98)
    write("cmyk-adobe.jpg", adobe)
    inks = np.asarray(Image.open(io.BytesIO(adobe))).astype(np.int64)

    def rgb(inks):
        return ((2 * (255 - inks[..., :3]) * (255 - inks[..., 3:]) + 255) // 510).astype(np.uint8)

    expect("cmyk-adobe.jpg", rgb(inks), 1)
    # Without Adobe's marker ink is stored as ink: the same bytes mean the opposite.
    write("cmyk-plain.jpg", without_segment(adobe, 0xEE))
    expect("cmyk-plain.jpg", rgb(255 - inks), 1)

    start = plain.index(b"\xff\xda")
    fail("truncated.jpg", plain[:(start + len(plain)) // 2], "corrupt", "truncated JPEG")
    fail("truncated-no-end.jpg", plain[:-2], "corrupt", "truncated JPEG")
    fail("truncated-header.jpg", plain[:start - 20], "corrupt", "truncated JPEG")
    fail("truncated-progressive.jpg", progressive[:-60], "corrupt", "truncated JPEG")
    fail("truncated-thumbnail.jpg", insert_segment(plain, 0xED, plain)[:-2], "corrupt", "truncated JPEG")
    fail("two-bytes.jpg", plain[:2], "corrupt", "truncated JPEG")
    fail("damaged.jpg", plain[:start + 30] + b"\xff\xd3" * 8 + plain[start + 46:], "corrupt", "damaged JPEG")
    fail("bomb.jpg", set_frame(plain, 65500, 65500), "invalidData", "65500×65500 pixels are more than the limit")
    fail("zero.jpg", set_frame(plain, 0, 9), "corrupt", "empty")
    fail("precision12.jpg", plain.replace(b"\xff\xc0\0\x11\x08", b"\xff\xc1\0\x11\x0c"), "unsupported", "precision 12")


def make_png():
    colors = scene()
    image = Image.fromarray(colors)
    alpha = (np.arange(HEIGHT * WIDTH).reshape(HEIGHT, WIDTH, 1) * 255 // (HEIGHT * WIDTH - 1)).astype(np.uint8)
    rgba = np.concatenate([colors, alpha], -1)
    gray = colors[..., :1]
    gray_alpha = np.concatenate([gray, alpha], -1)

    def keep(name, content, pixels):
        write(name, content)
        expect(name, pixels)

    plain = encode(image, "PNG")
    keep("plain.png", plain, colors)
    keep("alpha.png", encode(Image.fromarray(rgba), "PNG"), on_white(rgba))
    keep("gray.png", encode(image.convert("L"), "PNG"), image.convert("L").convert("RGB"))
    keep("gray-alpha.png", encode(Image.fromarray(gray_alpha, "LA"), "PNG"),
         on_white(np.concatenate([np.repeat(gray, 3, -1), alpha], -1)))
    bit = Image.fromarray(np.where(gray > 127, 255, 0).astype(np.uint8)[..., 0]).convert("1")
    keep("bit1.png", encode(bit, "PNG"), bit.convert("RGB"))
    palette = image.quantize(13)
    keep("palette.png", encode(palette, "PNG"), palette.convert("RGB"))
    transparent = encode(palette, "PNG", transparency=bytes(range(0, 260, 20)))
    keep("palette-alpha.png", transparent, on_white(Image.open(io.BytesIO(transparent)).convert("RGBA")))
    wide = colors.astype(np.uint16) * 257
    wide = np.clip(wide.astype(np.int64) + 77, 0, 65535).astype(np.uint16)
    keep("rgb16.png", png(wide, 16, 2), wide >> 8)
    keep("gray16.png", png(wide[..., :1], 16, 0), np.repeat(wide[..., :1] >> 8, 3, -1))
    wide_alpha = np.concatenate([wide, alpha.astype(np.uint16) * 257], -1)
    keep("rgba16.png", png(wide_alpha, 16, 6), on_white(wide_alpha >> 8))
    keep("interlaced.png", png(colors, 8, 2, interlaced=True), colors)
    keep("one.png", png(colors[:1, :1], 8, 2), colors[:1, :1])
    keep("exif6.png", encode(image, "PNG", exif=exif(6)), np.rot90(colors, -1))
    keep("png-inside.jpg", plain, colors)
    keep("no-extension", plain, colors)

    data = plain.index(b"IDAT")
    fail("truncated.png", plain[:data + (len(plain) - data) // 2], "corrupt", "truncated PNG")
    fail("truncated-header.png", plain[:20], "corrupt", "truncated PNG")
    flipped = bytes([plain[data + 60] ^ 0xFF])
    fail("damaged.png", plain[:data + 60] + flipped + plain[data + 61:], "corrupt", "damaged PNG")
    bomb = png(colors, 8, 2, header=(50000, 50000))
    fail("bomb.png", bomb, "invalidData", "50000×50000 pixels are more than the limit")
    fail("zero.png", png(colors, 8, 2, header=(0, 9)), "corrupt", "empty")


def make_others():
    colors = scene()
    image = Image.fromarray(colors)
    other = Image.fromarray(255 - colors)

    def keep(name, content, pixels=None, tolerance=0):
        write(name, content)
        expect(name, Image.open(io.BytesIO(content)).convert("RGB") if pixels is None else pixels, tolerance)

    lossless = encode(image, "WEBP", lossless=True)
    keep("lossless.webp", lossless, colors)
    keep("lossy.webp", encode(image, "WEBP", quality=90), tolerance=1)
    keep("animated.webp", encode(image, "WEBP", save_all=True, append_images=[other], lossless=True), colors)
    rgba = np.concatenate([colors, np.full((HEIGHT, WIDTH, 1), 99, np.uint8)], -1)
    keep("alpha.webp", encode(Image.fromarray(rgba), "WEBP", lossless=True, exact=True), on_white(rgba))
    for orientation in range(1, 9):
        content = encode(image, "WEBP", lossless=True, exif=exif(orientation))
        upright = ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB")
        keep(f"exif{orientation}.webp", content, upright)
    fail("truncated.webp", lossless[:len(lossless) // 2], "corrupt", "truncated WebP")

    palette, palette_other = image.quantize(16), other.quantize(16)
    animated = encode(palette, "GIF", save_all=True, append_images=[palette_other])
    keep("animated.gif", animated, palette.convert("RGB"))
    keep("plain.gif", encode(palette, "GIF"), palette.convert("RGB"))
    see_through = encode(palette, "GIF", transparency=3)
    keep("transparent.gif", see_through, on_white(Image.open(io.BytesIO(see_through)).convert("RGBA")))
    fail("truncated.gif", encode(palette, "GIF")[:120], "corrupt", "truncated GIF")
    screen = b"GIF89a" + struct.pack("<HHBBB", 60000, 60000, 0x80, 0, 0) + b"\0\0\0\xff\xff\xff"
    frame = b"," + struct.pack("<HHHHB", 0, 0, 60000, 60000, 0) + b"\x02\x02\x44\x01\0;"
    fail("bomb.gif", screen + frame, "invalidData", "more than the limit")
    # The screen is small and the first frame lies far outside it.
    frame = b"," + struct.pack("<HHHHB", 0, 65280, 65535, 1321, 0) + b"\x02\x02\x44\x01\0;"
    screen = b"GIF89a" + struct.pack("<HHBBB", 9, 9, 0, 0, 0)
    fail("bomb-frame.gif", screen + frame, "invalidData", "more than the limit")

    for name, picture, options in [
            ("plain", image, {}), ("lzw", image, dict(compression="tiff_lzw")),
            ("deflate", image, dict(compression="tiff_adobe_deflate")), ("gray", image.convert("L"), {}),
            ("bit1", image.convert("1"), {}), ("palette", palette, {})]:
        keep(f"{name}.tif", encode(picture, "TIFF", **options))
    keep("alpha.tif", encode(Image.fromarray(rgba), "TIFF"), on_white(rgba))
    wide = colors[..., 0].astype(np.uint16) * 256 + 200
    keep("gray16.tif", encode(Image.fromarray(wide), "TIFF"), np.repeat(wide[..., None] >> 8, 3, -1))
    inks = np.concatenate([255 - colors, colors[..., :1] // 3], -1).astype(np.int64)
    cmyk = encode(Image.fromarray(inks.astype(np.uint8), "CMYK"), "TIFF")
    keep("cmyk.tif", cmyk, (2 * (255 - inks[..., :3]) * (255 - inks[..., 3:]) + 255) // 510)
    for orientation in [3, 6]:
        content = encode(image, "TIFF", tiffinfo={0x0112: orientation})
        keep(f"orientation{orientation}.tif", content,
             ImageOps.exif_transpose(Image.open(io.BytesIO(content))).convert("RGB"))
    plain = encode(image, "TIFF", compression="tiff_lzw")
    fail("truncated.tif", plain[:30], "corrupt", "TIFF")
    floats = Image.fromarray(colors[..., 0].astype(np.float32))
    fail("float.tif", encode(floats, "TIFF"), "unsupported", "unsupported TIFF")

    pictures = dict(plain=image, gray=image.convert("L"), bit1=image.convert("1"), palette=palette)
    for name, picture in pictures.items():
        keep(f"{name}.bmp", encode(picture, "BMP"))
    # Pillow writes 32 bits without an alpha mask: the fourth byte means nothing.
    unmasked = encode(Image.fromarray(rgba), "BMP")
    keep("unmasked.bmp", unmasked)
    masks = struct.pack("<IIII", 0xFF0000, 0xFF00, 0xFF, 0xFF000000) + bytes(52)
    header = struct.pack("<I", 108) + unmasked[18:30] + struct.pack("<I", 3) + unmasked[34:54] + masks
    keep("alpha.bmp", unmasked[:10] + struct.pack("<I", 122) + header + unmasked[54:], on_white(rgba))
    # The header says that the pixels begin where the palette does.
    indexed = encode(palette, "BMP")
    keep("palette-offset.bmp", indexed[:10] + struct.pack("<I", 54) + indexed[14:], palette.convert("RGB"))
    plain = encode(image, "BMP")
    rows = plain[54:]
    flipped = b"".join(rows[index * 60:index * 60 + 60] for index in reversed(range(HEIGHT)))
    keep("top-down.bmp", plain[:22] + struct.pack("<i", -HEIGHT) + plain[26:54] + flipped, colors)
    five = (colors >> 3).astype(np.uint16)
    packed = (five[..., 0] << 10 | five[..., 1] << 5 | five[..., 2])[::-1].astype("<u2")
    header = plain[:28] + struct.pack("<H", 16) + plain[30:54]
    keep("rgb555.bmp", header + packed.tobytes(), five.astype(int) * 255 // 31)
    core = b"BM" + struct.pack("<IHHI", 0, 0, 0, 26) + struct.pack("<IHHHH", 12, WIDTH, HEIGHT, 1, 24) + rows
    keep("core-header.bmp", core, colors)
    fail("truncated.bmp", plain[:-9], "corrupt", "truncated BMP")
    fail("truncated-header.bmp", plain[:40], "corrupt", "truncated BMP")
    huge = struct.pack("<ii", 2000000000, 2000000000)
    fail("bomb.bmp", plain[:18] + huge + plain[26:], "invalidData", "more than the limit")
    fail("rle.bmp", plain[:30] + struct.pack("<I", 1) + plain[34:], "unsupported", "compressed")

    fail("text.jpg", b"This is no picture at all.\n", "unsupported", "not a picture")
    fail("empty.jpg", b"", "corrupt", "the file is empty")
    fail("picture.heic", b"\0\0\0\x18ftypheic\0\0\0\0mif1heic", "unsupported", "HEIC")
    fail("page.png", b"<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "unsupported", "not a picture")


def make_resized():
    """Noise, the hardest input, through Pillow's BILINEAR; enlarging, shrinking, and both at once."""
    random = np.random.default_rng(7)
    source = random.integers(0, 256, (47, 61, 3), dtype=np.uint8)
    source[:9, :9] = 255
    source[-9:, -9:] = 0
    (HERE / "resize-source.rgb").write_bytes(source.tobytes())
    cases, results = [], b""
    sizes = [(61, 47), (32, 32), (30, 23), (17, 40), (61, 11), (7, 47), (90, 70), (64, 20), (3, 2), (1, 1)]
    for width, height in sizes:
        result = Image.fromarray(source).resize((width, height), Image.Resampling.BILINEAR)
        cases.append(dict(width=width, height=height))
        results += np.asarray(result).tobytes()
    (HERE / "resize-results.rgb").write_bytes(results)
    (HERE / "resize.json").write_text(json.dumps(dict(width=61, height=47, cases=cases), indent=1) + "\n")


for folder in PICTURES, EXPECTED:
    folder.mkdir(exist_ok=True)
    for old in folder.iterdir():
        old.unlink()
make_jpeg()
make_png()
make_others()
make_resized()
(HERE / "manifest.json").write_text(json.dumps(dict(good=good, bad=bad), indent=1, ensure_ascii=False) + "\n")
