"""Word and OpenDocument texts: no word is lost without a sentence, nothing is fetched, nothing stays behind."""

import socket
import tempfile

import pytest

from reporting.exchange.readers import read
from tests.exchange import hostile
from tests.exchange.test_readers import pandoc, refusal, write

pytestmark = pytest.mark.once


def styled(style: str, words: str) -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/></w:pPr><w:r><w:t>{words}</w:t></w:r></w:p>'


def test_the_hostile_documents_are_sound_but_for_their_fault(tmp_path):
    for name, members in {"a.docx": hostile.docx_members(), "a.odt": hostile.odt_members()}.items():
        assert len(read(write(tmp_path, name, hostile.archive(members))).blocks) == 1


@pytest.mark.parametrize("extension", ["docx", "odt"])
def test_titles_come_first_and_once(extension, tmp_path):
    source = "<html><head><title>Kites</title></head><body><p>Words.</p>{}</body></html>"
    document = read(pandoc(source.format(""), tmp_path / f"a.{extension}"))
    assert [(b.line, b.level, b.plain) for b in document.blocks] == [(1, 1, "Kites"), (2, 0, "Words.")]
    assert not document.marked_up  # a title is no heading of a section
    document = read(pandoc(source.format("<h1>Kites</h1><p>More.</p>"), tmp_path / f"b.{extension}"))
    assert [b.plain for b in document.blocks] == ["Words.", "Kites", "More."]
    assert document.marked_up


def test_subtitle_author_and_date_are_not_lost(tmp_path):
    meta = ["-M", "title=Kites", "-M", "subtitle=How we did", "-M", "author=A. Kite", "-M", "date=3 May 2031"]
    document = read(pandoc("<p>Words.</p>", tmp_path / "a.docx", *meta))
    assert [b.plain for b in document.blocks] == ["Kites", "How we did", "A. Kite", "3 May 2031", "Words."]


def test_deleted_text_and_remarks_are_left_out(tmp_path):
    deleted = '<w:del w:id="1" w:author="a"><w:r><w:delText>gone</w:delText></w:r></w:del>'
    moved = '<w:moveFrom w:id="2" w:author="a"><w:r><w:t>away</w:t></w:r></w:moveFrom>'
    added = '<w:ins w:id="3" w:author="a"><w:r><w:t>added</w:t></w:r></w:ins>'
    body = f"<w:p><w:r><w:t xml:space='preserve'>kept and </w:t></w:r>{deleted}{moved}{added}</w:p>"
    path = write(tmp_path, "a.docx", hostile.archive(hostile.docx_members(body)))
    assert [b.plain for b in read(path).blocks] == ["kept and added"]


def test_a_field_that_the_converter_drops_is_named(tmp_path):
    body = '<w:p><w:r><w:t>See </w:t></w:r><w:fldSimple w:instr=" REF x "><w:r><w:t>section 3</w:t></w:r></w:fldSimple></w:p>'
    said = refusal(write(tmp_path, "a.docx", hostile.archive(hostile.docx_members(body))))
    assert said.startswith("a.docx: the words “section 3” stand where they cannot be read")


def test_a_faulty_paragraph_is_counted_as_people_count(tmp_path):
    body = styled("Normal", "One") + "<w:p/>" + styled("Normal", "Two")
    table = "<w:tbl><w:tr><w:tc><w:p/></w:tc></w:tr></w:tbl>"
    said = refusal(write(tmp_path, "a.docx", hostile.archive(hostile.docx_members(body + table))))
    assert said == "a.docx, paragraph 3: a table inside an answer cannot be kept; write it as paragraphs or a list."


def test_nothing_is_fetched_and_nothing_stays_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "private"))
    (tmp_path / "private").mkdir()
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.2)
        address = f"http://127.0.0.1:{server.getsockname()[1]}/x"
        page = f"<link rel=stylesheet href={address}><base href={address}><p>a<img src={address}><iframe src={address}></iframe>"
        assert len(read(write(tmp_path, "a.html", page)).blocks) == 1
        types = '<Relationship Id="r2" TargetMode="External" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{}" Target="{}"/>'
        rels = types.format("image", address) + types.format("attachedTemplate", address).replace("r2", "r3")
        members = hostile.docx_members(
            f'{hostile.PARAGRAPH}<w:p><w:r><w:pict><v:imagedata xmlns:v="urn:schemas-microsoft-com:vml" r:id="r2" xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></w:pict></w:r></w:p>'
        )
        members.append(
            hostile.Member(
                "word/_rels/document.xml.rels",
                f'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">{rels}</Relationships>'.encode(),
            )
        )
        assert len(read(write(tmp_path, "a.docx", hostile.archive(members))).blocks) == 1
        with pytest.raises(TimeoutError):
            server.accept()
    assert list((tmp_path / "private").iterdir()) == []
