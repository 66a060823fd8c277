/* The survey's projection by PROJ. The datum shift is chosen by name, never by accuracy:
 * PROJ has two "of 1 m" for VN-2000 that lie 0.7 m apart, and bins must not depend on its
 * taste. */
#include "crs.h"

#include <math.h>
#include <proj.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "lang.h"
#include "xmem.h"

struct crs {
    int epsg;
    PJ_CONTEXT
    *context;      /* PROJ's is not to be shared between threads: each crs has its own */
    PJ *transform; /* lon, lat in degrees to easting, northing in metres */
};

/* True for a projected CRS whose axes are in metres, which is what bins are counted in.
 */
static bool is_metric(PJ_CONTEXT *context, const PJ *target)
{
    if (proj_get_type(target) != PJ_TYPE_PROJECTED_CRS)
        return false;
    PJ *axes = proj_crs_get_coordinate_system(context, target);
    double metres_per_unit = 0;
    const bool ok = axes && proj_cs_get_axis_info(context, axes, 0, NULL, NULL, NULL,
                                                  &metres_per_unit, NULL, NULL, NULL);
    proj_destroy(axes);
    return ok && fabs(metres_per_unit - 1) < 1e-12;
}

static bool is_horizontal(const PJ *target)
{
    const PJ_TYPE type = proj_get_type(target);
    return type == PJ_TYPE_PROJECTED_CRS || type == PJ_TYPE_GEOGRAPHIC_2D_CRS;
}

/* The first operation without a name to look for, else the first whose name holds it. In
 * the names parts may be reversed ("Inverse of VN-2000 to WGS 84 (2) + UTM zone 48N"). */
static PJ *pick_operation(PJ_CONTEXT *context, const PJ_OBJ_LIST *list, const char *name)
{
    const int count = list ? proj_list_get_count(list) : 0;
    for (int i = 0; i < count; i++) {
        PJ *operation = proj_list_get(context, list, i);
        if (!operation)
            continue;
        const char *text = proj_get_name(operation);
        if (!name || (text && strstr(text, name)))
            return operation;
        proj_destroy(operation);
    }
    return NULL;
}

static PJ *find_operation(PJ_CONTEXT *context, const PJ *target, const char *name)
{
    PJ *found = NULL;
    PJ_OBJ_LIST *list = NULL;
    PJ *wgs84 =
        proj_create_from_database(context, "EPSG", "4326", PJ_CATEGORY_CRS, 0, NULL);
    PJ_OPERATION_FACTORY_CONTEXT *factory =
        proj_create_operation_factory_context(context, NULL);
    if (!wgs84 || !factory)
        goto done;
    proj_operation_factory_context_set_spatial_criterion(
        context, factory, PROJ_SPATIAL_CRITERION_PARTIAL_INTERSECTION);
    proj_operation_factory_context_set_grid_availability_use(
        context, factory, PROJ_GRID_AVAILABILITY_DISCARD_OPERATION_IF_MISSING_GRID);
    list = proj_create_operations(context, wgs84, target, factory);
    found = pick_operation(context, list, name);
done:
    proj_list_destroy(list);
    proj_operation_factory_context_destroy(factory);
    proj_destroy(wgs84);
    return found;
}

static enum err open_transform(struct crs *crs, const char *operation, bool any)
{
    char code[16];
    snprintf(code, sizeof code, "%d", crs->epsg);
    enum err err = ERR_FAILED;
    PJ *found = NULL;
    PJ *target =
        proj_create_from_database(crs->context, "EPSG", code, PJ_CATEGORY_CRS, 0, NULL);
    if (!target) {
        err_report(
            _("EPSG:%d: PROJ knows no such CRS; expected the EPSG code of a projected "
              "CRS, and PROJ's database proj.db installed"),
            crs->epsg);
        goto done;
    }
    if (any && !is_horizontal(target)) {
        err_report(_("EPSG:%d: \"%s\" is not a CRS of maps; expected a projected or "
                     "geographic one"),
                   crs->epsg, proj_get_name(target));
        goto done;
    }
    if (!any && !is_metric(crs->context, target)) {
        err_report(
            _("EPSG:%d: \"%s\" is not a projected CRS in metres; choose one that is"),
            crs->epsg, proj_get_name(target));
        goto done;
    }
    found = find_operation(crs->context, target, operation);
    if (!found && any)
        found = find_operation(crs->context, target, NULL);
    if (found)
        crs->transform = proj_normalize_for_visualization(crs->context, found);
    if (!crs->transform) {
        err_report(_("EPSG:%d: PROJ has no operation from WGS 84 named \"%s\"; "
                     "\"projinfo -s EPSG:4326 -t EPSG:%d\" lists those it has"),
                   crs->epsg, operation ? operation : "", crs->epsg);
        goto done;
    }
    err = ERR_OK;
done:
    proj_destroy(found);
    proj_destroy(target);
    return err;
}

static enum err start_proj(int epsg, struct crs **crs)
{
    struct crs *made = xcalloc(1, sizeof *made);
    made->epsg = epsg;
    made->context = proj_context_create();
    if (!made->context) {
        err_report(_("EPSG:%d: PROJ cannot start (out of memory?)"), epsg);
        crs_close(made);
        return ERR_FAILED;
    }
    proj_log_level(made->context, PJ_LOG_NONE); /* errors are reported here, once */
    proj_context_set_enable_network(made->context, 0);
    *crs = made;
    return ERR_OK;
}

static enum err open_crs(int epsg, const char *operation, bool any, struct crs **crs)
{
    struct crs *made = NULL;
    enum err err = start_proj(epsg, &made);
    if (!err)
        err = open_transform(made, operation, any);
    if (err) {
        crs_close(made);
        return err;
    }
    *crs = made;
    return ERR_OK;
}

enum err crs_clone(const struct crs *crs, struct crs **clone)
{
    struct crs *made = NULL;
    enum err err = start_proj(crs->epsg, &made);
    if (err)
        return err;
    made->transform = proj_clone(made->context, crs->transform);
    if (!made->transform) {
        err_report(_("EPSG:%d: PROJ cannot start (out of memory?)"), crs->epsg);
        crs_close(made);
        return ERR_FAILED;
    }
    *clone = made;
    return ERR_OK;
}

enum err crs_open(int epsg, const char *operation, struct crs **crs)
{
    return open_crs(epsg, operation, false, crs);
}

enum err crs_open_any(int epsg, const char *operation, struct crs **crs)
{
    return open_crs(epsg, operation, true, crs);
}

void crs_close(struct crs *crs)
{
    if (!crs)
        return;
    proj_destroy(crs->transform);
    proj_context_destroy(crs->context);
    free(crs);
}

int crs_epsg(const struct crs *crs)
{
    return crs->epsg;
}

struct xy crs_forward(const struct crs *crs, struct latlon p)
{
    const struct xy none = {NAN, NAN};
    /* PROJ folds a latitude beyond the pole back instead of refusing it. */
    if (!(fabs(p.lat_deg) <= 90 && fabs(p.lon_deg) <= 180))
        return none;
    const PJ_COORD to =
        proj_trans(crs->transform, PJ_FWD, proj_coord(p.lon_deg, p.lat_deg, 0, 0));
    if (!isfinite(to.xy.x) || !isfinite(to.xy.y))
        return none;
    return (struct xy){to.xy.x, to.xy.y};
}

struct latlon crs_inverse(const struct crs *crs, struct xy p)
{
    if (!isfinite(p.x_m) || !isfinite(p.y_m))
        return geo_none();
    const PJ_COORD to =
        proj_trans(crs->transform, PJ_INV, proj_coord(p.x_m, p.y_m, 0, 0));
    if (!(fabs(to.xy.y) <= 90 && fabs(to.xy.x) <= 180))
        return geo_none();
    return (struct latlon){.lat_deg = to.xy.y, .lon_deg = to.xy.x};
}

int crs_utm_epsg(struct latlon p)
{
    enum { NORTH = 32600, SOUTH = 32700, ZONES = 60, ZONE_DEG = 6 };
    int zone = (int)floor((p.lon_deg + 180) / ZONE_DEG) + 1;
    if (zone > ZONES)
        zone = ZONES; /* 180° E itself */
    return (p.lat_deg < 0 ? SOUTH : NORTH) + zone;
}
